import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct RouterTests {
    @Test func listsAllMethodsOfAPathInAllow() throws {
        let router = try Router([
            Route(.put, "/a") { _ in .text("put") }, Route(.get, "/a") { _ in .text("get") },
        ])

        let refused = router.respond(to: Request(method: "DELETE", path: "/a"))

        #expect(refused.status == 405)
        #expect(refused.headers["allow"] == "GET, HEAD, PUT")
        #expect(router.respond(to: Request(method: "PUT", path: "/a")) == .text("put"))
        #expect(router.respond(to: Request(method: "HEAD", path: "/a")) == .text("get"))
    }

    @Test(arguments: ["get", "", "GET ", "HEAD"])
    func methodsAreExact(method: String) throws {
        let router = try Router([Route(.post, "/a") { _ in .text("post") }])

        #expect(router.respond(to: Request(method: method, path: "/a")).status == 405)
    }

    @Test(arguments: ["/b", "/a/", "/A", "", "a"])
    func pathsAreExact(path: String) throws {
        let router = try Router([Route(.get, "/a") { _ in .text("get") }])

        #expect(router.respond(to: Request(path: path)).status == 404)
        #expect(router.route(of: path) == nil)
    }

    private static let patterns = [
        "/", "/series/{name}", "/series/all", "/series/{name}/labels/{label}", "/series/all/*", "/static/*",
        "/{any}",
    ]

    @Test(
        arguments: [
            ("/", "/", [:]),
            ("/series/up", "/series/{name}", ["name": "up"]),
            ("/series/all", "/series/all", [:]),
            ("/series/up/labels/job", "/series/{name}/labels/{label}", ["name": "up", "label": "job"]),
            // A literal is preferred, and what it leads to doesn't hide what a parameter would lead to.
            ("/series/all/labels/job", "/series/all/*", ["*": "labels/job"]),
            ("/static/", "/static/*", ["*": ""]),
            ("/static/css/a.css", "/static/*", ["*": "css/a.css"]),
            ("/static", "/{any}", ["any": "static"]),
            ("/series/", nil, [:]),
            ("/series/up/", nil, [:]),
            ("/series/up/labels", nil, [:]),
            ("//", nil, [:]),
        ] as [(String, String?, [String: String])])
    func patternsNamePartsOfThePath(path: String, pattern: String?, parameters: [String: String]) throws {
        let router = try Router(
            Self.patterns.map { pattern in
                Route(.get, pattern) { request in
                    let parts = request.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
                    return .text("\(pattern) \(parts.joined(separator: " "))")
                }
            })
        let parts = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }

        let response = router.respond(to: Request(path: path))

        #expect(router.route(of: path) == pattern)
        if let pattern {
            #expect(response == .text("\(pattern) \(parts.joined(separator: " "))"))
        } else {
            #expect(response.status == 404)
        }
    }

    @Test func aMethodThatTheLiteralDoesNotHaveFallsToTheParameter() throws {
        let router = try Router([
            Route(.post, "/a/b") { _ in .text("post") }, Route(.get, "/a/{x}") { _ in .text("get") },
        ])

        let refused = router.respond(to: Request(method: "PUT", path: "/a/b"))

        #expect(router.respond(to: Request(path: "/a/b")) == .text("get"))
        #expect(router.respond(to: Request(method: "POST", path: "/a/b")) == .text("post"))
        #expect(refused.status == 405)
        #expect(refused.headers["Allow"] == "GET, HEAD, POST")
    }

    @Test func anExactPathHasNoParameters() throws {
        let router = try Router([Route(.get, exactly: "/{a}/*") { _ in .text("exact") }])

        #expect(router.respond(to: Request(path: "/{a}/*")) == .text("exact"))
        #expect(router.route(of: "/{a}/*") == "/{a}/*")
        #expect(router.route(of: "/b/c") == nil)
    }

    @Test func parametersOfOtherNamesInOnePlaceAreAnError() {
        #expect(throws: MicrohttpdError.duplicateRoute(method: "GET", path: "/a/{y}")) {
            try Router([
                Route(.get, "/a/{x}") { _ in .text("1") }, Route(.get, "/a/{y}") { _ in .text("2") },
            ])
        }
    }

    @Test func twoHandlersInOnePlaceAreAnError() {
        #expect(throws: MicrohttpdError.duplicateRoute(method: "GET", path: "/a")) {
            try Router([Route(.get, "/a") { _ in .text("1") }, Route(.get, "/a") { _ in .text("2") }])
        }
    }

    @Test(arguments: [
        "", "metrics", "/a?b", "/a#b", "/*/a", "/a*", "/{}", "/{a", "/a}", "/x{a}", "/{a{b}}", "/{a}/{a}",
    ])
    func aPathThatNoRequestCanHaveIsAnError(path: String) {
        #expect(throws: MicrohttpdError.badRoutePath(path)) {
            try Router([Route(.get, path) { _ in .text("") }])
        }
    }
}
