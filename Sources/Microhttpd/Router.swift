/// Answers a request on one of libmicrohttpd's threads: it may block briefly, and must not stop its own server.
package typealias Handler = @Sendable (Request) -> Response

/// One method and one exact path with their handler.
package struct Route: Sendable {
    /// The methods a route can have; HEAD comes with GET.
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    let method: Method
    let path: String
    let isLimited: Bool
    let handler: Handler

    /// A route; its path is compared with the decoded path of a request.
    ///
    /// - Parameter isLimited: whether its answers count against the server's `responses`, as large pages should.
    package init(_ method: Method, _ path: String, isLimited: Bool = false, handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.isLimited = isLimited
        self.handler = handler
    }
}

/// Exact routes: 404 for an unknown path, 405 with `Allow` for an unknown method.
package struct Router: Sendable {
    private var routes: [String: [String: Route]] = [:]

    /// Checks all routes; throws for a bad path or two handlers in one place.
    package init(_ routes: [Route]) throws(MicrohttpdError) {
        for route in routes {
            guard route.path.hasPrefix("/"), !route.path.contains("?"), !route.path.contains("#") else {
                throw .badRoutePath(route.path)
            }
            let method = route.method.rawValue
            guard self.routes[route.path, default: [:]].updateValue(route, forKey: method) == nil else {
                throw .duplicateRoute(method: method, path: route.path)
            }
        }
    }

    /// Calls the handler of a request, or answers 404 or 405.
    package func respond(to request: Request) -> Response {
        guard let methods = routes[request.path] else {
            return .text("404 Not Found", status: 404)
        }
        let method = request.method == "HEAD" ? Route.Method.get.rawValue : request.method
        guard let route = methods[method] else {
            return .text("405 Method Not Allowed", status: 405, headers: ["Allow": Self.allow(methods)])
        }
        return route.handler(request)
    }

    /// The route's path for a known path, nil otherwise: a bounded value for a metric's label.
    package func route(of path: String) -> String? {
        routes[path] == nil ? nil : path
    }

    /// Whether the answer counts against the server's `responses`; that to a HEAD has no body and never does.
    func isLimited(_ request: Request) -> Bool {
        routes[request.path]?[request.method]?.isLimited == true
    }

    private static func allow(_ methods: [String: Route]) -> String {
        let names = methods.keys.flatMap { $0 == "GET" ? ["GET", "HEAD"] : [$0] }
        return names.sorted().joined(separator: ", ")
    }
}
