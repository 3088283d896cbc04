import Glibc
import Linux
import TestKit
import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct HTTPServerStopTests {
    @Test func lettingGoOfAServerFreesItsPort() throws {
        var server: HTTPServer? = try testServer()
        let address = ListenAddress(host: "127.0.0.1", port: try #require(server?.boundPort))
        let client = try RawClient(port: address.port)
        _ = try client.exchange("GET", "/small")

        server = nil

        #expect(try client.readToEnd().isEmpty)
        let next = try testServer { $0.listeners = [.address(address)] }
        #expect(try RawClient(port: next.boundPort).exchange("GET", "/small").status == 200)
    }

    @Test func aRequestInFlightIsFinishedDuringAStop() async throws {
        let entered = try WakeUp()
        let release = try WakeUp()
        let router = try Router([
            Route(.get, "/slow") { _ in
                entered.signal()
                return .text(release.wait(until: .now + .seconds(120)) ? "done" : "never released")
            }
        ])
        let listener = HTTPServer.Listener.address(ListenAddress(host: "127.0.0.1", port: 0))
        let server = try HTTPServer(router: router, configuration: .init(listeners: [listener]))
        let client = try RawClient(port: server.boundPort)
        client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(entered.wait(until: .now + .seconds(120)))

        async let stopped: Void = server.stop(within: .seconds(120))
        await yield { server.isStopping }
        release.signal()
        await stopped

        let response = try client.response()
        #expect(response.text == "done\n")
        #expect(response.headers["Connection"] == "close")
        #expect(throws: RawClient.Failure.self) { try RawClient(port: server.boundPort) }
    }

    @Test func aRequestThatNeverEndsDoesNotHoldAStop() throws {
        let server = try testServer()
        let client = try RawClient(port: server.boundPort)
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
        spin { server.statistics.requestsInFlight > 0 }

        server.stopAndWait(within: .milliseconds(50))
        server.stopAndWait(within: .seconds(60))

        let answer = String(decoding: try client.readToEnd(), as: UTF8.self)
        #expect(!answer.contains("200 OK"))
        #expect(server.statistics.requestsInFlight == 0)
    }

    @Test func anInheritedListenerSurvivesForTheNextProcess() throws {
        let inherited = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(inherited) }
        #expect(listen(inherited, 16) == 0)

        for _ in 0..<2 {
            let server = try testServer { $0.listeners = [.inherited(descriptor: dup(inherited))] }
            let served = try RawClient(port: server.boundPort)
            #expect(try served.exchange("GET", "/small").status == 200)
            server.stopAndWait()
        }
        let port = try #require(SocketAddress(boundTo: inherited)?.port)
        let waiting = try RawClient(port: port)
        waiting.send("GET /small HTTP/1.1\r\nHost: a\r\n\r\n")
        let successor = try testServer { $0.listeners = [.inherited(descriptor: dup(inherited))] }

        #expect(try waiting.response().status == 200)
        #expect(successor.boundPort == port)
    }

    @Test func aStopUnderLoadAnswersOrClosesEveryConnection() throws {
        for _ in 0..<20 {
            let server = try testServer()
            let clients = try (0..<30).map { _ in try RawClient(port: server.boundPort) }
            for client in clients { client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n") }

            server.stopAndWait()

            for client in clients {
                let received = try client.readToEnd()
                #expect(received.isEmpty || received.count > 9000)
            }
            #expect(server.statistics.openConnections == 0)
        }
    }

    @Test func startingAndStoppingLeavesNoDescriptorBehind() async {
        await #expect(processExitsWith: .success) {
            for _ in 0..<3 { try testServer().stopAndWait() }
            let before = openDescriptors()
            guard !before.isEmpty else { exit(2) }
            for _ in 0..<20 {
                let server = try testServer()
                _ = try RawClient(port: server.boundPort).exchange("GET", "/metrics")
                server.stopAndWait()
            }
            // Something else in the process may have opened one; of a server that leaves one behind there would be twenty.
            guard openDescriptors().subtracting(before).count < 3 else { exit(1) }
        }
    }
}

private func openDescriptors() -> Set<Int32> {
    Set((0..<1024).filter { fcntl($0, F_GETFD) >= 0 })
}
