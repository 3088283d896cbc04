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

    @Test func twoHandlersInOnePlaceAreAnError() {
        #expect(throws: MicrohttpdError.duplicateRoute(method: "GET", path: "/a")) {
            try Router([Route(.get, "/a") { _ in .text("1") }, Route(.get, "/a") { _ in .text("2") }])
        }
    }

    @Test(arguments: ["", "metrics", "/a?b", "/a#b"])
    func aPathThatNoRequestCanHaveIsAnError(path: String) {
        #expect(throws: MicrohttpdError.badRoutePath(path)) {
            try Router([Route(.get, path) { _ in .text("") }])
        }
    }
}
