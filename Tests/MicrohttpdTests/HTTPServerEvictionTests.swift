import Glibc
import Linux
import Synchronization
import Testing

@testable import Microhttpd

/// Connections that give way to others, and those that are refused.
@Suite(.timeLimit(.minutes(5)))
struct HTTPServerEvictionTests {
    /// A connection that the server has answered once, and knows to be idle; `busy` requests are under way meanwhile.
    private static func idler(
        _ server: HTTPServer, host: String = "127.0.0.1", busy: Int = 0
    ) throws -> RawClient {
        let client = try RawClient(port: server.boundPort, host: host)
        #expect(try client.exchange("GET", "/small").status == 200)
        // The answer can be read before the server has noted its end.
        try eventually { server.statistics.requestsInFlight == busy }
        return client
    }

    @Test func theConnectionThatIsIdleLongestGivesWay() throws {
        let server = try testServer { $0.limits.connections = 3 }
        let first = try Self.idler(server)
        let second = try Self.idler(server)
        let third = try Self.idler(server)
        _ = try first.exchange("GET", "/small")
        try eventually { server.statistics.requestsInFlight == 0 }

        let fourth = try Self.idler(server)

        #expect(try second.readToEnd().isEmpty)
        for client in [first, third, fourth] { #expect(try client.exchange("GET", "/small").status == 200) }
        #expect(server.statistics.cuts == [.evicted: 1])
        #expect(server.statistics.refusedConnections == 0)
    }

    @Test func hundredsThatSendNothingKeepNobodyOut() throws {
        let server = try testServer {
            $0.limits.connections = 20
            $0.limits.connectionsPerAddress = 1000
        }
        let idlers = try (0..<300).map { _ in try RawClient(port: server.boundPort) }

        #expect(try RawClient(port: server.boundPort).exchange("GET", "/small").status == 200)
        #expect(server.statistics.refusedConnections == 0)
        #expect(server.statistics.openConnections <= 20 + HTTPServer.Limits.connectionsLeaving)
        withExtendedLifetime(idlers) {}
    }

    @Test func anAddressWithTooManyLosesItsOwnOldest() throws {
        let server = try testServer {
            $0.listeners = [.address(ListenAddress(host: "", port: 0))]
            $0.limits.connectionsPerAddress = 2
        }
        let other = try Self.idler(server, host: "127.0.0.2")
        let first = try Self.idler(server, host: "::1")
        let second = try Self.idler(server, host: "::1")

        let third = try Self.idler(server, host: "::1")

        #expect(try first.readToEnd().isEmpty)
        for client in [other, second, third] { #expect(try client.exchange("GET", "/small").status == 200) }
    }

    @Test func theAddressWithMostLosesItsOldest() throws {
        let server = try testServer {
            $0.listeners = [.address(ListenAddress(host: "", port: 0))]
            $0.limits.connections = 4
        }
        let oldest = try Self.idler(server, host: "127.0.0.1")
        let crowd = try (0..<3).map { _ in try Self.idler(server, host: "::1") }

        let new = try Self.idler(server, host: "127.0.0.1")

        #expect(try crowd[0].readToEnd().isEmpty)
        for client in [oldest, crowd[1], crowd[2], new] {
            #expect(try client.exchange("GET", "/small").status == 200)
        }
    }

    @Test func aRequestThatArrivesSlowlyGivesWayOnlyWithoutIdleOnes() throws {
        let server = try testServer {
            $0.limits.connections = 2
            $0.limits.senderPatience = .zero
        }
        let sender = try RawClient(port: server.boundPort)
        sender.send("GET /small HTTP/1.1\r\nHost: a\r\n")
        try eventually { server.statistics.requestsInFlight == 1 }
        let idle = try Self.idler(server, busy: 1)

        let first = try RawClient(port: server.boundPort)
        first.send("GET /small HTTP/1.1\r\n")
        #expect(try idle.readToEnd().isEmpty)
        try eventually { server.statistics.requestsInFlight == 2 }
        #expect(try RawClient(port: server.boundPort).exchange("GET", "/small").status == 200)

        #expect(try sender.readToEnd().isEmpty)
        #expect(server.statistics.cuts == [.evicted: 2])
    }

    @Test func whereAllAreBusyAnAnswerSaysSo() throws {
        let events = Mutex<[ConnectionEvent]>([])
        let server = try testServer {
            $0.limits.connections = 2
            $0.limits.senderPatience = .seconds(1000)
            $0.connectionEvent = { event in events.withLock { $0.append(event) } }
        }
        let busy = try (0..<2).map { _ in
            let client = try RawClient(port: server.boundPort)
            client.send("GET /small HTTP/1.1\r\nHost: a\r\n")
            return client
        }
        try eventually { server.statistics.requestsInFlight == 2 }

        let refused = try RawClient(port: server.boundPort).exchange("GET", "/small")

        #expect(refused.status == 503)
        #expect(refused.headers["Retry-After"] == "1")
        #expect(refused.headers["Connection"] == "close")
        #expect(refused.text == "Limit of connections reached, try again later.\n")
        #expect(server.statistics.refusedConnections == 1)
        for client in busy {
            client.send("\r\n")
            #expect(try client.response().status == 200)
        }
        server.stopAndWait()
        #expect(events.withLock { $0.count { $0 == .opened } } == 2)
        #expect(events.withLock { $0.count { $0 == .closed } } == 2)
        #expect(events.withLock { $0.count { $0 == .refused } } == 1)
    }

    @Test func oneAddressWhoseConnectionsAreAllBusyIsRefused() throws {
        let server = try testServer {
            $0.limits.connectionsPerAddress = 1
            $0.limits.senderPatience = .seconds(1000)
        }
        let busy = try RawClient(port: server.boundPort)
        busy.send("GET /small HTTP/1.1\r\nHost: a\r\n")
        try eventually { server.statistics.requestsInFlight == 1 }

        #expect(try RawClient(port: server.boundPort).exchange("GET", "/small").status == 503)
        #expect(server.statistics.refusedConnections == 1)
        withExtendedLifetime(busy) {}
    }

    @Test func aConnectionWithoutARequestIsClosedAfterItsTime() throws {
        let server = try testServer { $0.limits.inactivity = .milliseconds(100) }
        let used = try Self.idler(server)
        let unused = try RawClient(port: server.boundPort)

        #expect(try used.readToEnd().isEmpty)
        #expect(try unused.readToEnd().isEmpty)
        #expect(server.statistics.cuts == [.idle: 2])
    }
}
