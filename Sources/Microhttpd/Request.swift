/// One HTTP request as a handler sees it: values only, nothing of it refers to the connection.
package struct Request: Sendable, Equatable {
    /// The method as sent, such as `GET`.
    package var method: String
    /// The percent-decoded path, starting with a slash in every request a client sends properly.
    package var path: String
    /// The decoded query in the order it was sent; a name without `=` has an empty value.
    package var query: [QueryItem]
    /// The header fields in the order they were sent.
    package var headers: Headers
    /// The whole body, never longer than the limit of the route.
    package var body: [UInt8]
    /// The client's numeric address without its port, or `unix`.
    package var remoteAddress: String
    /// What the pattern of the route names, decoded; `*` is the name of the rest.
    package var parameters: [String: String] = [:]
    /// What the route is for that it leads to; nil where it leads to none.
    package var group: RouteGroup?
    /// Who sent it, as the connection or a stage says.
    package var identity: String?

    /// A request from its parts; for tests and for handlers called without a server.
    package init(
        method: String = "GET", path: String, query: [QueryItem] = [], headers: Headers = Headers(),
        body: [UInt8] = [], remoteAddress: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
    }

    /// Every value that the query gives a name, in order, as in `?name[]=a&name[]=b`.
    package func queryValues(_ name: String) -> [String] {
        query.filter { $0.name == name }.map(\.value)
    }
}

/// One decoded `name=value` pair of a query.
package struct QueryItem: Sendable, Equatable {
    /// The part before the first `=`.
    package var name: String
    /// The part after it, or empty.
    package var value: String

    /// A pair.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
