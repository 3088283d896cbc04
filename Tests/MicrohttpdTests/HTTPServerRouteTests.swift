import Linux
import Testing

@testable import Microhttpd

/// Limits that routes have for themselves.
@Suite(.timeLimit(.minutes(5)))
struct HTTPServerRouteTests {
    private static func server(
        _ routes: [Route], _ adjust: (inout HTTPServer.Configuration) -> Void = { _ in }
    ) throws -> HTTPServer {
        let listener = HTTPServer.Listener.address(ListenAddress(host: "127.0.0.1", port: 0))
        var configuration = HTTPServer.Configuration(listeners: [listener])
        adjust(&configuration)
        return try HTTPServer(router: Router(routes), configuration: configuration)
    }

    private static func limits(_ adjust: (inout RouteLimits) -> Void) -> RouteLimits {
        var limits = RouteLimits()
        adjust(&limits)
        return limits
    }

    @Test(arguments: [("/wide", 200), ("/usual", 413), ("/unknown", 404)])
    func aRouteHasItsOwnLimitOfABody(path: String, status: Int) throws {
        let echo: RequestHandler = { Response(body: .bytes($0.body)) }
        let server = try Self.server([
            Route(.post, "/wide", limits: Self.limits { $0.requestBody = 200_000 }, handler: echo),
            Route(.post, "/usual", handler: echo),
        ])
        let client = try RawClient(port: server.boundPort)
        let body = String(repeating: "x", count: 200_000)

        let response = try client.exchange("POST", path, body: body)

        #expect(response.status == status)
        if status == 200 { #expect(response.text == body) }
        // What is dropped doesn't end the connection.
        #expect(try client.exchange("POST", "/usual", body: "y").text == "y")
    }

    @Test func requestsPastTheConcurrencyOfARouteAreRefusedUntilOneEnds() throws {
        let entered = try WakeUp()
        let release = try WakeUp()
        let server = try Self.server([
            Route(.get, "/slow", limits: Self.limits { $0.concurrency = 1 }) { request in
                guard request.method == "GET" else { return .text("head") }
                entered.signal()
                return .text(release.wait(until: .now + .seconds(120)) ? "done" : "never released")
            },
            Route(.get, "/other") { _ in .text("other") },
        ]) { $0.limits.threads = 4 }
        let clients = try (0..<4).map { _ in try RawClient(port: server.boundPort) }
        clients[0].send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(entered.wait(until: .now + .seconds(120)))

        // A worker that blocks serves none of its other connections: these are on the other ones.
        let refused = try clients[1].exchange("GET", "/slow")
        #expect(try clients[2].exchange("GET", "/other").text == "other\n")
        release.signal()
        #expect(try clients[0].response().text == "done\n")

        #expect(refused.status == 503)
        #expect(refused.headers["Retry-After"] == "1")
        #expect(refused.text == "Limit of concurrent requests of /slow reached (1), try again later.\n")
        try eventually { server.statistics.requestsInFlight == 0 }
        #expect(try clients[3].exchange("HEAD", "/slow").status == 200)
    }

    @Test func aRouteHasItsOwnAnswerDeadline() throws {
        let page = [UInt8](repeating: 7, count: 64 << 20)
        let server = try Self.server([
            Route(.get, "/page", limits: Self.limits { $0.answerDeadline = .milliseconds(200) }) { _ in
                Response(body: .bytes(page), isCompressible: false)
            }
        ])
        let client = try RawClient(port: server.boundPort, receiveBuffer: 4096)

        client.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n")
        try eventually { server.statistics.deadlineCuts == 1 }

        #expect(try client.readToEnd().count < 64 << 20)
    }
}
