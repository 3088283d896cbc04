import Linux
import Synchronization
import TestKit
import Testing

@testable import Microhttpd

/// A stage made of a closure.
struct ClosureStage: RequestStage {
    let body: @Sendable (inout Request, ConnectionFacts) -> StageVerdict

    init(_ body: @escaping @Sendable (inout Request, ConnectionFacts) -> StageVerdict) {
        self.body = body
    }

    func receive(_ request: inout Request, on connection: ConnectionFacts) -> StageVerdict {
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
            ? .answer(.text("401 Unauthorized", status: 401, headers: ["WWW-Authenticate": "Basic"])) : .pass
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
                return .pass
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
                    return name == "second" && request.path == "/stop" ? .answer(.text("stopped")) : .pass
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
                return .pass
            }
        ])

        _ = try RawClient(port: server.boundPort).exchange("POST", "/who")

        let expected = ConnectionFacts(
            remoteAddress: "127.0.0.1", listener: server.boundAddresses[0], isTLS: false, identity: nil)
        #expect(facts.withLock { $0 } == [expected])
    }

    @Test func aRequestWaitsForAVerdictAndOthersDoNot() throws {
        let decisions = Mutex<[@Sendable (LateVerdict) -> Void]>([])
        let server = try Self.server([
            ClosureStage { request, _ in
                guard request.headers["X-Wait"] != nil else { return .pass }
                return .later { decide in decisions.withLock { $0.append(decide) } }
            }
        ])
        let waiting = try (0..<4).map { _ in try RawClient(port: server.boundPort) }
        for client in waiting {
            client.send("POST /who HTTP/1.1\r\nHost: a\r\nX-Wait: 1\r\nContent-Length: 3\r\n\r\nabc")
        }
        spin { decisions.withLock(\.count) == waiting.count }

        #expect(try RawClient(port: server.boundPort).exchange("POST", "/who").status == 200)
        for (index, decide) in decisions.withLock({ $0 }).enumerated() {
            decide(index % 2 == 0 ? .pass(identity: "ada") : .answer(.text("no", status: 401)))
            // Only the first verdict counts.
            decide(.answer(.text("again", status: 500)))
        }
        let texts = try waiting.map { try $0.response().text }

        #expect(texts.sorted() == ["ada 3\n", "ada 3\n", "no\n", "no\n"])
        #expect(try waiting[0].exchange("POST", "/who").status == 200)
    }

    @Test func aVerdictMayComeAtOnce() throws {
        let server = try Self.server([
            ClosureStage { _, _ in .later { decide in decide(.pass(identity: "ada")) } }
        ])
        let client = try RawClient(port: server.boundPort)

        for _ in 0..<100 { #expect(try client.exchange("POST", "/who", body: "ab").text == "ada 2\n") }
    }

    @Test func theNextStageSeesWhatWasFoundOut() throws {
        let seen = Mutex<[String?]>([])
        let server = try Self.server([
            ClosureStage { _, _ in .later { decide in decide(.pass(identity: "ada")) } },
            ClosureStage { request, _ in
                seen.withLock { $0.append(request.identity) }
                return .pass
            },
        ])

        #expect(try RawClient(port: server.boundPort).exchange("POST", "/who").status == 200)
        #expect(seen.withLock { $0 } == ["ada"])
    }

    @Test func aStopHurriesStagesAndWaitsForThem() throws {
        let hurried = HurriedStage()
        let server = try HTTPServer(
            router: try Router([Route(.get, "/") { _ in .text("there") }]), stages: [hurried],
            configuration: .init(listeners: [.address(ListenAddress(host: "127.0.0.1", port: 0))]))
        let clients = try (0..<3).map { _ in try RawClient(port: server.boundPort) }
        for client in clients { client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
        spin { hurried.count == clients.count }

        server.stopAndWait()

        for client in clients { #expect(try client.response().status == 503) }
    }

    @Test func aClientThatGoesWhileItWaitsIsForgotten() throws {
        let hurried = HurriedStage()
        let ended = Mutex(0)
        var configuration = HTTPServer.Configuration(
            listeners: [.address(ListenAddress(host: "127.0.0.1", port: 0))])
        configuration.requestFinished = { _ in ended.withLock { $0 += 1 } }
        let server = try HTTPServer(
            router: try Router([Route(.get, "/") { _ in .text("there") }]), stages: [hurried],
            configuration: configuration)
        do {
            let client = try RawClient(port: server.boundPort)
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            spin { hurried.count == 1 }
        }
        hurried.hurry()
        spin { ended.withLock { $0 } == 1 }

        server.stopAndWait()

        #expect(server.statistics.openConnections == 0)
    }

    @Test func aStageCompletesEveryAnswer() throws {
        let server = try HTTPServer(
            router: try Router([
                Route(.get, "/") { _ in .text("there", headers: ["X-Frame-Options": "sameorigin"]) }
            ]), stages: [FramedStage()],
            configuration: .init(listeners: [.address(ListenAddress(host: "127.0.0.1", port: 0))]))
        let client = try RawClient(port: server.boundPort)

        #expect(try client.exchange("GET", "/").headers.values("X-Frame-Options") == ["deny"])
        #expect(try client.exchange("GET", "/unknown").headers["X-Frame-Options"] == "deny")
    }

    @Test func aStageKnowsWhatTheRouteIsFor() throws {
        let groups = Mutex<[RouteGroup?]>([])
        let stage = ClosureStage { request, _ in
            groups.withLock { $0.append(request.group) }
            return .pass
        }
        let server = try HTTPServer(
            router: try Router([
                Route(.get, "/a", group: .metrics) { _ in .text("a") },
                Route(.get, "/b") { _ in .text("b") },
            ]), stages: [stage],
            configuration: .init(listeners: [.address(ListenAddress(host: "127.0.0.1", port: 0))]))
        let client = try RawClient(port: server.boundPort)

        for path in ["/a", "/b", "/c"] { _ = try client.exchange("GET", path) }

        #expect(groups.withLock { $0 } == [.metrics, .admin, nil])
    }
}

/// Decides nothing until it has to.
private final class HurriedStage: RequestStage {
    private let waiting = Mutex<[@Sendable (LateVerdict) -> Void]>([])

    var count: Int { waiting.withLock(\.count) }

    func receive(_ request: inout Request, on connection: ConnectionFacts) -> StageVerdict {
        .later { decide in self.waiting.withLock { $0.append(decide) } }
    }

    func hurry() {
        for decide in waiting.withLock({ $0 }) { decide(.answer(.text("stopping", status: 503))) }
    }
}

private struct FramedStage: RequestStage {
    func receive(_ request: inout Request, on connection: ConnectionFacts) -> StageVerdict { .pass }

    func complete(_ headers: inout Headers) { headers.replace("X-Frame-Options", with: "deny") }
}
