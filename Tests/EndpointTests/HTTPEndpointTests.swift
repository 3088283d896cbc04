import Linux
import Microhttpd
import Testing

@testable import Endpoint

private struct Named: RequestStage {
    let name: String

    func receive(_ request: inout Request, on connection: ConnectionFacts) -> StageVerdict {
        request.identity = (request.identity ?? "") + name
        return request.identity == "ab" ? .answer(.text("seen by \(name)")) : .pass
    }
}

@Suite(.timeLimit(.minutes(5)))
struct HTTPEndpointTests {
    private static func contribution(_ room: String, _ paths: String..., stages: [Named] = [])
        -> RouteContribution
    {
        RouteContribution(
            room, routes: paths.map { path in Route(.get, path) { _ in .text("\(room) \(path)") } },
            stages: stages, links: paths.map { RouteContribution.Link($0, title: room, note: "") })
    }

    private static func landing(_ links: [RouteContribution.Link]) -> Response {
        .text(links.map(\.path).joined(separator: " "))
    }

    @Test func everyRoomAnswersItsRoutes() throws {
        let endpoint = try HTTPEndpoint(
            [Self.contribution("metrics", "/metrics"), Self.contribution("page", "/page", "/live/{name}")],
            landingPage: Self.landing)
        let router = endpoint.router

        #expect(router.respond(to: Request(path: "/metrics")) == .text("metrics /metrics"))
        #expect(router.respond(to: Request(path: "/live/x")) == .text("page /live/{name}"))
        #expect(router.respond(to: Request(path: "/")) == .text("/metrics /page /live/{name}"))
        #expect(router.respond(to: Request(path: "/other")).status == 404)
    }

    @Test func aPrefixStandsBeforeEachRoute() throws {
        let endpoint = try HTTPEndpoint(
            [Self.contribution("metrics", "/metrics", "/live/{name}")], prefix: "/a/b",
            landingPage: Self.landing)
        let router = endpoint.router

        #expect(router.respond(to: Request(path: "/a/b/metrics")) == .text("metrics /metrics"))
        #expect(router.respond(to: Request(path: "/a/b/live/x")) == .text("metrics /live/{name}"))
        #expect(router.respond(to: Request(path: "/metrics")).status == 404)
        #expect(router.respond(to: Request(path: "/a/b/")) == .text("/metrics /live/{name}"))
        for path in ["/", "/a/b"] {
            let answer = router.respond(to: Request(path: path))
            #expect(answer.status == 302)
            #expect(answer.headers["Location"] == "/a/b/")
        }
    }

    /// As links do; where that is the path that was asked for, the proxy was not there.
    @Test(arguments: [
        ("/mon", "/mon/", "/mon/"), ("", "/x/", "/"), ("/x", "/x/", "/x/"), (nil, "/x/", "/x/"),
    ])
    func theRedirectionLeadsWhereBrowsersFindIt(external: String?, root: String, prefix: String) throws {
        let router = try HTTPEndpoint(
            [Self.contribution("metrics", "/metrics")], prefix: "/x", externalPath: external,
            landingPage: Self.landing
        ).router

        #expect(router.respond(to: Request(path: "/")).headers["Location"] == root)
        #expect(router.respond(to: Request(path: "/x")).headers["Location"] == prefix)
    }

    @Test func aRoomCanHaveTheLandingPage() throws {
        let endpoint = try HTTPEndpoint([Self.contribution("page", "/")]) { _ in
            Issue.record("nobody needs it")
            return .text("landing")
        }

        #expect(endpoint.router.respond(to: Request(path: "/")) == .text("page /"))
    }

    @Test func aRouteThatIsTakenIsAnErrorOfTheLaterRoom() {
        let expected = EndpointError(
            room: "late", cause: .duplicateRoute(method: "GET", path: "/metrics"))
        #expect(throws: expected) {
            try HTTPEndpoint(
                [
                    Self.contribution("early", "/metrics"), Self.contribution("late", "/metrics"),
                    Self.contribution("last", "/last"),
                ], landingPage: Self.landing)
        }
        #expect(
            expected.description
                == "a route of late cannot be served: two handlers are registered for GET /metrics")
    }

    @Test func stagesOfAllRoomsSeeARequestInOrder() throws {
        let endpoint = try HTTPEndpoint(
            [
                Self.contribution("one", "/one", stages: [Named(name: "a")]),
                Self.contribution("two", "/two", stages: [Named(name: "b"), Named(name: "c")]),
            ], landingPage: Self.landing)
        let server = try endpoint.start(
            .init(listeners: [.address(ListenAddress(host: "127.0.0.1", port: 0))]))
        let connection = try TCPConnection(
            host: "127.0.0.1", port: server.boundPort, deadline: .now + .seconds(60))

        let request = "GET /one HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        try connection.write(Array(request.utf8), deadline: .now + .seconds(60))
        var answer: [UInt8] = []
        while try connection.read(appendingTo: &answer, limit: 10_000, deadline: .now + .seconds(60)) {}

        #expect(String(decoding: answer, as: UTF8.self).hasSuffix("seen by b\n"))
    }
}
