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

    /// Keeps all frames.
    private struct Frames: FrameConsumer {
        var frames: [String] = []

        mutating func receive(_ frame: RawSpan) { frames.append(frame.text(in: 0..<frame.byteCount)) }
        mutating func roundEnded(_ statistics: ListenerStatistics) {}
    }

    /// Connections of a listener at `path` whose rounds never wait, as the wake-up is signalled before each.
    private struct Rounds: ~Copyable {
        let clock = Clock()
        let path: String
        private let loop: BlockingLoop
        private let listener: StreamListener
        private var connections: Connections
        private let total = StatisticsLog()
        private var consumer = Frames()
        var frames: [String] { consumer.frames }

        init(_ directory: String, _ deadlines: ConnectionDeadlines) throws {
            try self.init(directory, ConnectionLimits(deadlines: deadlines))
        }

        init(_ directory: String, _ limits: ConnectionLimits) throws {
            let path = "\(directory)/socket"
            let loop = try BlockingLoop()
            let listener = try StreamListener(path: path)
            let connections = try Connections(
                listener, loop, .newline(limit: 100), limits,
                clock: { [clock] in clock.now })
            self.path = path
            self.loop = loop
            self.listener = listener
            self.connections = connections
        }

        mutating func run() throws -> ListenerStatistics {
            loop.wakeUp.signal()
            _ = try connections.readRound(listener, &consumer)
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

    @Test func aNewConnectionTakesThePlaceOfTheOneThatIsIdleForTheLongestTime() async throws {
        try await withTemporaryDirectory { directory in
            var rounds = try Rounds(directory, ConnectionLimits(connections: 3))
            let clients = try (0..<3).map { _ in try HeldClient(rounds.path) }
            _ = try rounds.run()
            rounds.clock.now += .seconds(60)
            clients[0].socket.send("first\n")
            _ = try rounds.run()
            rounds.clock.now += .seconds(60)
            let newcomer = try SocketClient(path: rounds.path)
            let statistics = try rounds.run()
            #expect(statistics.cut == [.evicted: 1])
            #expect([statistics.accepted, statistics.closed, statistics.refused] == [4, 1, 0])
            newcomer.send("newcomer\n")
            for (number, client) in clients.enumerated() { client.socket.send("again \(number)\n") }
            _ = try rounds.run()
            #expect(rounds.frames.sorted() == ["again 0", "again 2", "first", "newcomer"])
        }
    }

    @Test func oneInsideOfAFrameStaysWhileOthersAreIdle() async throws {
        try await withTemporaryDirectory { directory in
            var rounds = try Rounds(directory, ConnectionLimits(connections: 2))
            let inside = try SocketClient(path: rounds.path)
            inside.send("unfin")
            _ = try rounds.run()
            rounds.clock.now += .seconds(60)
            let resting = try HeldClient(rounds.path)
            _ = try rounds.run()
            rounds.clock.now += .seconds(2)
            let newcomer = try HeldClient(rounds.path)
            let first = try rounds.run()
            #expect([first.closed, first.unfinished] == [1, 0])
            newcomer.socket.send("x")
            _ = try rounds.run()
            rounds.clock.now += .seconds(2)
            let another = try HeldClient(rounds.path)
            let second = try rounds.run()
            #expect([second.closed, second.unfinished] == [2, 1])
            #expect(second.cut == [.evicted: 2])
            withExtendedLifetime((resting, newcomer, another)) {}
        }
    }

    @Test func whatAnEvictedConnectionSentIsCountedBefore() async throws {
        try await withTemporaryDirectory { directory in
            var rounds = try Rounds(directory, ConnectionLimits(connections: 1))
            do {
                let idle = try SocketClient(path: rounds.path)
                _ = try rounds.run()
                rounds.clock.now += .seconds(60)
                // Accepted before it is read: the newcomer comes first in the round.
                let newcomer = try HeldClient(rounds.path)
                idle.send("complete\nunfin")
                let busy = try rounds.run()
                #expect(rounds.frames == ["complete"])
                #expect([busy.refused, busy.closed] == [1, 0])
                rounds.clock.now += .seconds(60)
                let another = try HeldClient(rounds.path)
                let statistics = try rounds.run()
                #expect(statistics.cut == [.evicted: 1])
                #expect(statistics.unfinished == 1)
                #expect(rounds.frames == ["complete"])
                withExtendedLifetime((newcomer, another)) {}
            }
        }
    }

    @Test func aFloodOfConnectionsIsRefusedInsteadOfCuttingThoseThatSend() async throws {
        try await withTemporaryDirectory { directory in
            var rounds = try Rounds(directory, ConnectionLimits(connections: 2))
            let busy = try (0..<2).map { _ in try HeldClient(rounds.path) }
            _ = try rounds.run()
            var flood: [HeldClient] = []
            for _ in 0..<20 {
                rounds.clock.now += .milliseconds(999)
                for client in busy { client.socket.send("line\n") }
                flood.append(try HeldClient(rounds.path))
                _ = try rounds.run()
            }
            let statistics = try rounds.run()
            #expect([statistics.refused, statistics.closed, statistics.frames] == [20, 0, 40])
            withExtendedLifetime(flood) {}
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
