import Bytes
import Linux
import TestKit
import Testing

@testable import Listeners

@Suite(.timeLimit(.minutes(5)))
struct ConnectionsTests {
    private final class Clock {
        var now = ContinuousClock.now
    }

    /// Connections of a listener at `path` whose rounds never wait, as the wake-up is signalled before each.
    private struct Rounds: ~Copyable {
        let clock = Clock()
        let path: String
        private let loop: BlockingLoop
        private let listener: StreamListener
        private var connections: Connections
        private let total = StatisticsLog()

        init(_ directory: String, _ deadlines: ConnectionDeadlines) throws {
            let path = "\(directory)/socket"
            let loop = try BlockingLoop()
            let listener = try StreamListener(path: path)
            let connections = try Connections(
                listener, loop, .newline(limit: 100), ConnectionLimits(deadlines: deadlines),
                clock: { [clock] in clock.now })
            self.path = path
            self.loop = loop
            self.listener = listener
            self.connections = connections
        }

        mutating func run() throws -> ListenerStatistics {
            loop.wakeUp.signal()
            _ = try connections.readRound(listener) { _ in }
            total.add(connections.takeStatistics())
            return total.total
        }
    }

    @Test func cutsAnIdleConnection() async throws {
        try await withTemporaryDirectory { directory in
            var rounds = try Rounds(directory, ConnectionDeadlines(idle: .seconds(60)))
            let idle = try SocketClient(path: rounds.path)
            let busy = try SocketClient(path: rounds.path)
            _ = try rounds.run()
            rounds.clock.now += .seconds(59)
            busy.send("line\n")
            let before = try rounds.run()
            rounds.clock.now += .seconds(1)
            let after = try rounds.run()
            rounds.clock.now += .seconds(59)
            let atTheEnd = try rounds.run()
            #expect([before.cut, after.cut, atTheEnd.cut] == [[:], [.idle: 1], [.idle: 2]])
            #expect([before.closed, after.closed, atTheEnd.closed] == [0, 1, 2])
            withExtendedLifetime(idle) {}
        }
    }

    @Test func cutsAConnectionWhoseFrameDripsIn() async throws {
        try await withTemporaryDirectory { directory in
            var rounds = try Rounds(
                directory, ConnectionDeadlines(idle: .seconds(60), frame: .seconds(10)))
            let slow = try SocketClient(path: rounds.path)
            _ = try rounds.run()
            for _ in 0..<10 {
                slow.send("x")
                let statistics = try rounds.run()
                #expect(statistics.closed == 0)
                rounds.clock.now += .seconds(1)
            }
            let statistics = try rounds.run()
            #expect(statistics.cut == [.frameDeadline: 1])
            #expect(statistics.unfinished == 1)
            #expect(statistics.closed == 1)
        }
    }

    @Test func bytesThatWaitedForABusyThreadCount() async throws {
        try await withTemporaryDirectory { directory in
            var rounds = try Rounds(directory, ConnectionDeadlines(idle: .seconds(60)))
            // More than one wait reports.
            let count = 200
            let clients = try (0..<count).map { _ in try HeldClient(rounds.path) }
            while try rounds.run().accepted < count {}
            for client in clients { client.socket.send("line\n") }
            rounds.clock.now += .seconds(61)
            let statistics = try rounds.run()
            #expect(statistics.closed == 0)
            #expect(statistics.frames == count)
        }
    }
}

/// Clients that can't be copied in an array.
private final class HeldClient {
    let socket: SocketClient

    init(_ path: String) throws { socket = try SocketClient(path: path) }
}
