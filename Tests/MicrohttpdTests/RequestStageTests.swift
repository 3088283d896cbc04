import Linux
import Synchronization
import Testing

@testable import Microhttpd

/// A stage made of a closure.
struct ClosureStage: RequestStage {
    let body: @Sendable (inout Request, ConnectionFacts) -> Response?

    init(_ body: @escaping @Sendable (inout Request, ConnectionFacts) -> Response?) {
        self.body = body
    }

    func receive(_ request: inout Request, on connection: ConnectionFacts) -> Response? {
        body(&request, connection)
    }
}

@Suite(.timeLimit(.minutes(5)))
struct RequestStageTests {
    private static func server(
        _ stages: [ClosureStage], finished: @escaping @Sendable (FinishedRequest) -> Void = { _ in }
    ) throws -> HTTPServer {
        let listener = HTTPServer.Listener.address(ListenAddress(host: "127.0.0.1", port: 0))
        var configuration = HTTPServer.Configuration(listeners: [listener])
        configuration.requestFinished = finished
        let router = try Router([
            Route(.post, "/who") { request in
                .text("\(request.identity ?? "nobody") \(request.body.count)")
            }
        ])
        return try HTTPServer(router: router, stages: stages, configuration: configuration)
    }

    private static let unauthorized = ClosureStage { request, _ in
        request.headers["Authorization"] == nil
            ? .text("401 Unauthorized", status: 401, headers: ["WWW-Authenticate": "Basic"]) : nil
    }

    @Test(arguments: ["Content-Length: 9999999\r\n", "Content-Length: 3\r\nExpect: 100-continue\r\n"])
    func aStageAnswersBeforeTheBodyComes(framing: String) throws {
        let server = try Self.server([Self.unauthorized])
        let client = try RawClient(port: server.boundPort)

        client.send("POST /who HTTP/1.1\r\nHost: a\r\n\(framing)\r\n")
        let response = try client.response()

        #expect(response.status == 401)
        #expect(response.headers["WWW-Authenticate"] == "Basic")
    }

    @Test func aStageThatAnswersKeepsTheHandlerAwayAndTheConnectionOpen() throws {
        let reports = Mutex<[FinishedRequest]>([])
        let server = try Self.server([Self.unauthorized]) { report in reports.withLock { $0.append(report) } }
        let client = try RawClient(port: server.boundPort)

        #expect(try client.exchange("POST", "/who", body: "abc").status == 401)
        #expect(try client.exchange("POST", "/unknown", body: "abc").status == 401)
        #expect(
            try client.exchange("POST", "/who", headers: "Authorization: x\r\n", body: "abc").status == 200)
        server.stopAndWait()

        #expect(reports.withLock { $0.map(\.route) } == ["/who", nil, "/who"])
    }

    @Test func theHandlerSeesTheIdentityThatAStageAdds() throws {
        let server = try Self.server([
            ClosureStage { request, _ in
                request.identity = request.headers["X-User"]
                return nil
            }
        ])

        let response = try RawClient(port: server.boundPort)
            .exchange("POST", "/who", headers: "X-User: ada\r\n", body: "abc")

        #expect(response.text == "ada 3\n")
    }

    @Test func stagesSeeARequestInOrderUntilOneAnswers() throws {
        let seen = Mutex<[String]>([])
        let names = ["first", "second", "third"]
        let server = try Self.server(
            names.map { name in
                ClosureStage { request, connection in
                    seen.withLock { $0.append("\(name) \(request.identity ?? "-") \(request.body.count)") }
                    request.identity = name
                    return name == "second" && request.path == "/stop" ? .text("stopped") : nil
                }
            })
        let client = try RawClient(port: server.boundPort)

        #expect(try client.exchange("POST", "/stop", body: "abc").text == "stopped\n")
        #expect(seen.withLock { $0 } == ["first - 0", "second first 0"])
        #expect(try client.exchange("POST", "/who", body: "abc").text == "third 3\n")
    }

    @Test func aStageSeesTheConnection() throws {
        let facts = Mutex<[ConnectionFacts]>([])
        let server = try Self.server([
            ClosureStage { _, connection in
                facts.withLock { $0.append(connection) }
                return nil
            }
        ])

        _ = try RawClient(port: server.boundPort).exchange("POST", "/who")

        let expected = ConnectionFacts(
            remoteAddress: "127.0.0.1", listener: server.boundAddresses[0], isTLS: false, identity: nil)
        #expect(facts.withLock { $0 } == [expected])
    }
}
