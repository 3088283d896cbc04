import Bytes
import Glibc
import TestKit
import Testing

@testable import Linux
@testable import Listeners

@Suite(.timeLimit(.minutes(5)))
struct ConnectionListenerTests {
    private static let longDrain = Duration.seconds(600)

    @Test func handsOutTheLinesOfEveryConnection() async throws {
        let limits = ConnectionLimits(drainTime: Self.longDrain)
        let outcome = try await withListener(limits) { listener, path, log in
            let first = try SocketClient(path: path)
            let second = try SocketClient(path: path)
            first.send("fir")
            second.send("second\n")
            #expect(await log.next() == "second")
            first.send("st\nunended")
            #expect(await log.next() == "first")
            first.finish()
        }
        #expect(outcome.rest == ["unended"])
    }

    @Test func aLongLineIsCountedAndTheConnectionGoesOn() async throws {
        let limits = ConnectionLimits(readSize: 16)
        let outcome = try await withListener(limits, framing: .newline(limit: 8)) { listener, path, log in
            let client = try SocketClient(path: path)
            client.send(String(repeating: "x", count: 1000) + "\nshort\n")
            #expect(await log.next() == "short")
        }
        #expect(outcome.statistics.tooLong == 1)
        #expect(outcome.statistics.frames == 1)
        #expect(outcome.statistics.accepted == 1)
    }

    @Test func closesConnectionsBeyondTheLimit() async throws {
        let outcome = try await withListener(ConnectionLimits(connections: 1, minimumSilence: .seconds(600)))
        { listener, path, log in
            let first = try SocketClient(path: path)
            first.send("first\n")
            #expect(await log.next() == "first")
            let second = try SocketClient(path: path)
            first.send("still there\n")
            #expect(await log.next() == "still there")
            second.finish()
        }
        #expect(outcome.statistics.refused == 1)
        #expect(outcome.statistics.accepted == 1)
    }

    @Test func aTalkativeClientDoesNotHoldUpTheOthers() async throws {
        let gate = try WakeUp()
        let outcome = try await withListener(
            ConnectionLimits(readSize: 64, drainTime: Self.longDrain), gate: gate
        ) { listener, path, log in
            let talker = try SocketClient(path: path)
            let other = try SocketClient(path: path)
            talker.send(String(repeating: "garbage\n", count: 2000))
            #expect(await log.next() == "garbage")
            other.send("other\n")
            gate.signal()
            while let line = await log.next(), line != "other" {}
        }
        #expect(outcome.rest.count > 1000)
    }

    @Test func adoptsAnInheritedListener() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/events"
            let original = try StreamListener(path: path)
            let copy = try original.descriptor.duplicate()
            let inherited = try StreamListener(takingOwnership: copy)
            _ = try await running(try lineListener(inherited)) { listener, log in
                let client = try SocketClient(path: path)
                client.send("hello\n")
                #expect(await log.next() == "hello")
            }
        }
    }

    @Test func drainsItsConnectionsAfterAStop() async throws {
        try await withTemporaryDirectory { directory in
            let gate = try WakeUp()
            let socket = try StreamListener(path: "\(directory)/events")
            let client = try SocketClient(path: "\(directory)/events")
            client.send("first\n")
            let limits = ConnectionLimits(readSize: 32, drainTime: Self.longDrain)
            let outcome = try await running(try lineListener(socket, limits), gate: gate) { listener, log in
                #expect(await log.next() == "first")
                client.send((0..<100).map { "later \($0)\n" }.joined() + "cut")
                listener.stop()
                gate.signal()
            }
            client.finish()
            #expect(outcome.rest == (0..<100).map { "later \($0)" })
            #expect(outcome.statistics.unfinished == 1)
            #expect(outcome.statistics.closed == 1)
            #expect(outcome.statistics.frames == 101)
        }
    }

    @Test func readsNothingMoreOnceTheDrainTimeIsOver() async throws {
        let gate = try WakeUp()
        let limits = ConnectionLimits(readSize: 6, drainTime: .zero)
        let outcome = try await withListener(limits, gate: gate) { listener, path, log in
            let client = try SocketClient(path: path)
            client.send("first\n")
            #expect(await log.next() == "first")
            client.send("later\n")
            try SocketClient(path: path).send("waiting\n")
            listener.stop()
            gate.signal()
        }
        #expect(outcome.rest == [])
        #expect(outcome.statistics.accepted == 1)
        #expect(outcome.statistics.closed == 1)
    }

    @Test(arguments: [.zero, .milliseconds(1)] as [Duration])
    func aClientThatGoesOnDoesNotHoldUpTheEnd(drainTime: Duration) async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/events"
            let limits = ConnectionLimits(drainTime: drainTime)
            let listener = try lineListener(try StreamListener(path: path), limits)
            let statistics = StatisticsLog()
            try await listener.run {
                FloodedConsumer(statistics, try SocketClient(path: path)) { listener.stop() }
            }
            let drained = statistics.total.frames - FloodedConsumer.linesBeforeStop
            #expect(drained >= 0)
            #expect(drained * FloodedConsumer.line.utf8.count < limits.drainSize)
        }
    }

    @Test func acceptsItsOwnBacklogAfterAStop() async throws {
        let gate = try WakeUp()
        let limits = ConnectionLimits(drainTime: Self.longDrain)
        let outcome = try await withListener(limits, gate: gate) { listener, path, log in
            let client = try SocketClient(path: path)
            client.send("first\n")
            #expect(await log.next() == "first")
            for number in 0..<100 { try SocketClient(path: path).send("waiting \(number)\n") }
            listener.stop()
            gate.signal()
        }
        #expect(outcome.rest == (0..<100).map { "waiting \($0)" })
        #expect(outcome.statistics.closed == 101)
    }

    @Test func leavesTheBacklogOfAnInheritedListener() async throws {
        try await withTemporaryDirectory { directory in
            let gate = try WakeUp()
            let path = "\(directory)/events"
            let original = try StreamListener(path: path)
            let inherited = try StreamListener(takingOwnership: try original.descriptor.duplicate())
            let outcome = try await running(try lineListener(inherited), gate: gate) { listener, log in
                let client = try SocketClient(path: path)
                client.send("first\n")
                #expect(await log.next() == "first")
                try SocketClient(path: path).send("waiting\n")
                listener.stop()
                gate.signal()
            }
            #expect(outcome.rest == [])
            var input = [UInt8](repeating: 0, count: 64)
            #expect(try original.accept()?.read(into: &input) == 8)
        }
    }

    @Test func answersAPingWithoutTraffic() async throws {
        try await withListener { listener, path, log in
            let before = listener.loop.answers
            listener.loop.ping()
            await yield { listener.loop.answers > before }
            #expect(listener.loop.answers == before + 1)
        }
    }

    @Test func cancellationEndsTheRunAndRemovesTheSocket() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/events"
            do {
                let listener = try lineListener(try StreamListener(path: path))
                let (stream, continuation) = AsyncStream.makeStream(of: String.self)
                let task = Task {
                    try await listener.run {
                        continuation.yield("started")
                        return LoggingConsumer(continuation, StatisticsLog(), nil)
                    }
                }
                for await _ in stream { break }
                task.cancel()
                try await task.value
            }
            #expect(throws: LinuxError.self) { _ = try SocketClient(path: path) }
        }
    }

    @Test func listensOnTCP() async throws {
        let socket = try StreamListener(ListenAddress(host: "", port: 0))
        let copy = try socket.descriptor.duplicate()
        let listener = try lineListener(socket)
        #expect(copy.option(SOL_SOCKET, SO_KEEPALIVE) == 1)
        let outcome = try await running(listener) { listener, log in
            let client = try SocketClient(tcp: listener.boundPort)
            client.send("over TCP\n")
            #expect(await log.next() == "over TCP")
        }
        #expect(outcome.statistics.accepted == 1)
    }

    @Test func oneAddressCanNotTakeThePlacesOfOthers() async throws {
        let socket = try StreamListener(ListenAddress(host: "127.0.0.1", port: 0))
        let limits = ConnectionLimits(
            connections: 3, connectionsPerAddress: 1, minimumSilence: .seconds(600))
        let listener = try lineListener(socket, limits)
        let outcome = try await running(listener) { listener, log in
            let first = try SocketClient(tcp: listener.boundPort)
            first.send("first\n")
            #expect(await log.next() == "first")
            let second = try SocketClient(tcp: listener.boundPort)
            await yield { log.statistics.refused == 1 }
            first.send("still there\n")
            #expect(await log.next() == "still there")
            second.finish()
        }
        #expect(outcome.statistics.accepted == 1)
    }

    @Test func anUnfinishedFrameGivesItsPlaceUpInTime() async throws {
        let limits = ConnectionLimits(
            connections: 1, deadlines: ConnectionDeadlines(frame: .milliseconds(1)))
        let outcome = try await withListener(limits) { listener, path, log in
            let slow = try SocketClient(path: path)
            slow.send("unfin")
            await yield { log.statistics.cut == [.frameDeadline: 1] }
            let next = try SocketClient(path: path)
            next.send("next\n")
            #expect(await log.next() == "next")
            slow.finish()
        }
        #expect(outcome.statistics.unfinished == 1)
        #expect(outcome.statistics.closed == 2)
        #expect(outcome.statistics.refused == 0)
    }

    @Test func answersOnTheConnectionThatAFrameCameFrom() async throws {
        try await withListener(replies: { "got \($0)\n" }) { _, path, frames in
            let one = try SocketClient(path: path)
            let other = try SocketClient(path: path)
            one.send("a\nb\n")
            #expect(await one.read(upTo: 12) == "got a\ngot b\n")
            other.send("c\n")
            #expect(await other.read(upTo: 6) == "got c\n")
            // What ends without a newline is answered although nothing more is to come.
            one.send("d")
            one.finish()
            #expect(await one.read(upTo: 6) == "got d\n")
            _ = frames
        }
    }

    @Test func aClientThatDoesNotReadItsAnswersIsCut() async throws {
        let long = String(repeating: "x", count: 50_000)
        let outcome = try await withListener(replies: { _ in long }) { _, path, frames in
            let deaf = try SocketClient(path: path)
            let other = try SocketClient(path: path)
            while frames.statistics.cut.isEmpty {
                deaf.send("a\n")
                await Task.yield()
            }
            other.send("b\n")
            #expect(await other.read(upTo: 50_000) == long)
        }
        #expect(outcome.statistics.cut == [.unreadReplies: 1])
    }

    @Test func framesWithALengthGoOverStreamsToo() async throws {
        let framing = Framing.lengthPrefix(.littleEndian32, limit: 64)
        let outcome = try await withListener(framing: framing) { listener, path, log in
            let client = try SocketClient(path: path)
            client.send([3, 0, 0, 0] + Array("a\nb".utf8) + [9, 0, 0, 0] + Array("rest".utf8))
            #expect(await log.next() == "a\nb")
            client.finish()
        }
        #expect(outcome.statistics.unfinished == 1)
        #expect(outcome.rest == [])
    }

    private func lineListener(
        _ socket: consuming StreamListener, _ limits: ConnectionLimits = ConnectionLimits()
    ) throws -> ConnectionListener {
        try ConnectionListener(
            "connections", socket: socket, framing: .newline(limit: 65_536), limits: limits)
    }
}

/// Sends a line for each that it receives, so that the connection never runs empty, and stops its listener meanwhile.
private struct FloodedConsumer: FrameConsumer, ~Copyable {
    static let line = "again\n"
    static let linesBeforeStop = 1000

    private let statistics: StatisticsLog
    private let client: SocketClient
    private let stop: @Sendable () -> Void
    private var received = 0

    init(
        _ statistics: StatisticsLog, _ client: consuming SocketClient, stop: @escaping @Sendable () -> Void
    ) {
        self.statistics = statistics
        self.client = client
        self.stop = stop
        self.client.send(Self.line)
    }

    mutating func receive(_ line: RawSpan) {
        received += 1
        if received == Self.linesBeforeStop { stop() }
        client.send(Self.line)
    }

    mutating func roundEnded(_ statistics: ListenerStatistics) {
        self.statistics.add(statistics)
    }
}
