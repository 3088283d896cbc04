import Synchronization
import Testing

@testable import Microhttpd

/// Connections that never come to a request over TLS.
@Suite(.timeLimit(.minutes(5)))
struct HTTPServerHandshakeTests {
    private let authority = TestAuthority()
    /// The start of a ClientHello of 512 bytes.
    private static let hello: [UInt8] = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]

    private func server(_ adjust: (inout HTTPServer.Configuration) -> Void = { _ in }) throws -> HTTPServer {
        try testServer {
            $0.tls = TLSSettings(authority.issue())
            adjust(&$0)
        }
    }

    private func client(_ server: HTTPServer) throws -> RawClient {
        try RawClient(port: server.boundPort, tls: ClientTLS(authority: authority.pem))
    }

    @Test(arguments: ["GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST /echo HTTP/1.0\r\n\r\n"])
    func aPlainRequestIsToldWhatIsWrong(request: String) throws {
        let server = try server()
        let client = try RawClient(port: server.boundPort)

        client.send(request)
        let response = try client.response()

        #expect(response.status == 400)
        #expect(response.text == "Client sent an HTTP request to an HTTPS server.\n")
        _ = try client.readToEnd()
        #expect(!client.isReset)
        try eventually { server.statistics.cuts == [.handshake: 1] && server.statistics.openConnections == 0 }
    }

    @Test func bytesOfNoProtocolEndTheConnection() throws {
        let server = try server()
        let client = try RawClient(port: server.boundPort)

        client.send(String(repeating: "x", count: 600))

        #expect(try client.readToEnd().isEmpty)
        try eventually { server.statistics.cuts == [.handshake: 1] }
        #expect(try self.client(server).exchange("GET", "/small").status == 200)
    }

    @Test func aHandshakeInDripsIsCutInTime() throws {
        let server = try server { $0.limits.handshakeDeadline = .milliseconds(300) }
        let client = try RawClient(port: server.boundPort)

        client.send(Self.hello)

        #expect(client.dribbleUntilClosed(0))
        #expect(server.statistics.cuts == [.handshakeDeadline: 1])
    }

    @Test func aClientThatSendsNothingIsCutInTime() throws {
        let server = try server { $0.limits.handshakeDeadline = .milliseconds(300) }
        let client = try RawClient(port: server.boundPort)

        #expect(try client.readToEnd().isEmpty)
        #expect(server.statistics.cuts == [.handshakeDeadline: 1])
    }

    @Test func theTimeOfARequestBeginsAfterTheHandshake() throws {
        let server = try server {
            $0.limits.handshakeDeadline = .milliseconds(500)
            $0.limits.requestDeadline = .milliseconds(300)
        }
        let client = try client(server)

        try eventually { server.statistics.openConnections == 1 }
        client.send("GET /small HT")

        #expect(try client.readToEnd().isEmpty)
        #expect(server.statistics.cuts == [.requestDeadline: 1])
    }

    @Test func aConnectionThatIsIdleAfterItsHandshakeIsCut() throws {
        let server = try server {
            $0.limits.handshakeDeadline = .seconds(60)
            $0.limits.inactivity = .milliseconds(300)
        }
        let client = try client(server)

        #expect(try client.readToEnd().isEmpty)
        #expect(server.statistics.cuts == [.idle: 1])
    }

    @Test func aClientThatComesAndGoesIsNoFailure() throws {
        let opened = Mutex(0)
        let server = try server {
            $0.connectionEvent = { event in if event == .closed { opened.withLock { $0 += 1 } } }
        }

        _ = try RawClient(port: server.boundPort)
        try eventually { opened.withLock { $0 } == 1 }

        #expect(server.statistics.cuts == [:])
    }

    @Test func thoseThatSendNothingGiveWay() throws {
        let server = try server { $0.limits.connections = 2 }
        let silent = try (0..<4).map { _ in try RawClient(port: server.boundPort) }

        let client = try client(server)

        #expect(try client.exchange("GET", "/small").status == 200)
        #expect(server.statistics.cuts == [.evicted: 3])
        #expect(silent.count == 4)
    }

    @Test func thoseThatDripGiveWayAfterAWhile() throws {
        let server = try server {
            $0.limits.connections = 2
            $0.limits.senderPatience = .milliseconds(1)
        }
        let dripping = try (0..<2).map { _ in try RawClient(port: server.boundPort) }
        for client in dripping { client.send(Self.hello) }

        let client = try client(server)

        #expect(try client.exchange("GET", "/small").status == 200)
        #expect(server.statistics.cuts == [.evicted: 1])
    }

    @Test func failedHandshakesAreCountedAndNotLogged() throws {
        let messages = Mutex<[String]>([])
        let server = try server { $0.log = { message in messages.withLock { $0.append(message) } } }

        for _ in 0..<20 {
            let client = try RawClient(port: server.boundPort)
            client.send("no TLS\r\n")
            _ = try client.readToEnd()
        }

        try eventually { server.statistics.cuts == [.handshake: 20] }
        #expect(messages.withLock { $0 } == [])
    }

    @Test func aHelloToAPlainPortIsAnsweredOrCutInTime() throws {
        let server = try testServer { $0.limits.requestDeadline = .milliseconds(300) }

        for _ in 0..<10 {
            #expect(throws: RawClient.Failure.self) { try client(server) }
        }

        #expect(try RawClient(port: server.boundPort).exchange("GET", "/small").status == 200)
    }

    @Test func aStopEndsHandshakesAndIdleConnections() throws {
        let server = try server()
        let idle = try client(server)
        let dripping = try RawClient(port: server.boundPort)
        dripping.send(Self.hello)
        try eventually { server.statistics.openConnections == 2 }

        server.stopAndWait(within: .zero)

        #expect(try idle.readToEnd().isEmpty)
        #expect(try dripping.readToEnd().isEmpty)
        #expect(server.statistics.cuts == [:])
    }
}
