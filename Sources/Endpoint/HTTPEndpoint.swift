package import Microhttpd

/// One HTTP server for the routes of many rooms.
package struct HTTPEndpoint: Sendable {
    /// All routes; its answers are those of the server but for stages and limits.
    package let router: Router
    private let stages: [any RequestStage]

    /// Collects contributions; stages see a request in the order of theirs.
    ///
    /// - Parameters:
    ///   - prefix: stands before the path of every route, such as `/heliograph`; perhaps nothing.
    ///   - externalPath: where browsers find what is below the prefix, if it is somewhere else.
    ///   - landingPage: makes the page at `/` of all links, in order; not asked where somebody contributes it.
    /// - Throws: what is wrong with a route, with the name of its room.
    package init(
        _ contributions: [RouteContribution], prefix: String = "", externalPath: String? = nil,
        landingPage: ([RouteContribution.Link]) -> Response
    ) throws(EndpointError) {
        var routes: [Route] = []
        var router = try Self.router([], of: "endpoint")
        for contribution in contributions {
            routes += contribution.routes.map { $0.below(prefix) }
            router = try Self.router(routes, of: contribution.room)
        }
        if router.route(of: prefix + "/") == nil {
            let page = landingPage(contributions.flatMap(\.links))
            routes.append(Route(.get, prefix + "/", group: .metrics) { _ in page })
            if !prefix.isEmpty {
                let external = (externalPath ?? prefix) + "/"
                routes += ["/", prefix].map { path in
                    // A client that asks for the external path itself did not come through the proxy.
                    Self.redirection(from: path, to: external == path ? prefix + "/" : external)
                }
            }
            router = try Self.router(routes, of: "endpoint")
        }
        self.router = router
        stages = contributions.flatMap(\.stages)
    }

    private static func redirection(from path: String, to other: String) -> Route {
        Route(.get, exactly: path, group: .metrics) { _ in
            .text("302 Found", status: 302, headers: ["Location": other])
        }
    }

    /// Starts a server, which serves until it is stopped.
    package func start(_ configuration: HTTPServer.Configuration) throws(MicrohttpdError) -> HTTPServer {
        try HTTPServer(router: router, stages: stages, configuration: configuration)
    }

    /// Made anew after each contribution, so that an error is that of the last one.
    private static func router(_ routes: [Route], of room: String) throws(EndpointError) -> Router {
        do throws(MicrohttpdError) {
            return try Router(routes)
        } catch {
            throw EndpointError(room: room, cause: error)
        }
    }
}

/// A route that can't be served.
package struct EndpointError: Error, Equatable, CustomStringConvertible {
    /// Whose route it is.
    package let room: String
    /// What is wrong with it, alone or together with those of the rooms before.
    package let cause: MicrohttpdError

    /// An error of `room`.
    package init(room: String, cause: MicrohttpdError) {
        self.room = room
        self.cause = cause
    }

    /// A sentence with the name of the room.
    package var description: String { "a route of \(room) cannot be served: \(cause)" }
}
