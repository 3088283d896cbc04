/// Answers a request on one of libmicrohttpd's threads: it may block briefly, and must not stop its own server.
package typealias RequestHandler = @Sendable (Request) -> Response

/// A method and a pattern of paths with their handler and limits; who says of no group has the one that changes things.
package struct Route: Sendable {
    /// The methods a route can have; HEAD comes with GET.
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    /// How the text of a route's path is read.
    private enum Path {
        case pattern(String)
        case exact(String)
    }

    let method: Method
    /// Whose it is.
    let group: RouteGroup
    let limits: RouteLimits
    let handler: RequestHandler
    /// Nil without a limit of concurrency.
    let places: Places?
    private let path: Path

    /// A route for the decoded paths that match `pattern`, such as `/metrics`, `/api/v1/series/{name}` or `/static/*`.
    package init(
        _ method: Method, _ pattern: String, group: RouteGroup = .admin, limits: RouteLimits = RouteLimits(),
        handler: @escaping RequestHandler
    ) {
        self.init(method, .pattern(pattern), group, limits, handler)
    }

    /// A route for one decoded path, whose characters mean nothing but themselves.
    package init(
        _ method: Method, exactly path: String, group: RouteGroup = .admin,
        limits: RouteLimits = RouteLimits(), handler: @escaping RequestHandler
    ) {
        self.init(method, .exact(path), group, limits, handler)
    }

    private init(
        _ method: Method, _ path: Path, _ group: RouteGroup, _ limits: RouteLimits,
        _ handler: @escaping RequestHandler
    ) {
        self.method = method
        self.path = path
        self.group = group
        self.limits = limits
        self.handler = handler
        places = limits.concurrency.map { Places($0) }
    }

    /// The same route with a path that begins with `prefix`, whose characters mean nothing but themselves.
    package func below(_ prefix: String) -> Route {
        guard !prefix.isEmpty else { return self }
        return switch path {
        case .pattern(let text): Route(method, .pattern(prefix + text), group, limits, handler)
        case .exact(let text): Route(method, .exact(prefix + text), group, limits, handler)
        }
    }

    /// The path, read; throws where it is none.
    func pattern() throws(MicrohttpdError) -> RoutePattern {
        switch path {
        case .pattern(let text): try RoutePattern(text)
        case .exact(let text): try RoutePattern(exactly: text)
        }
    }
}
