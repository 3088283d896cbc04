import Linux
import TestKit
import Testing

@testable import EventSocket

@Suite(.timeLimit(.minutes(5)))
struct EventSocketListenerTests {
    private static let longDrain = Duration.seconds(600)

    @Test func handsOutTheLinesOfEveryConnection() async throws {
        let limits = EventSocketLimits(drainTime: Self.longDrain)
        let outcome = try await withListener(limits) { listener, path, log in
            let first = try StreamClient(path: path)
            let second = try StreamClient(path: path)
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
        let limits = EventSocketLimits(lineLength: 8, readSize: 16)
        let outcome = try await withListener(limits) { listener, path, log in
            let client = try StreamClient(path: path)
            client.send(String(repeating: "x", count: 1000) + "\nshort\n")
            #expect(await log.next() == "short")
        }
        #expect(outcome.statistics.tooLong == 1)
        #expect(outcome.statistics.lines == 1)
        #expect(outcome.statistics.accepted == 1)
    }

    @Test func closesConnectionsBeyondTheLimit() async throws {
        let outcome = try await withListener(EventSocketLimits(connections: 1)) { listener, path, log in
            let first = try StreamClient(path: path)
            first.send("first\n")
            #expect(await log.next() == "first")
            let second = try StreamClient(path: path)
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
            EventSocketLimits(readSize: 64, drainTime: Self.longDrain), gate: gate
        ) { listener, path, log in
            let talker = try StreamClient(path: path)
            let other = try StreamClient(path: path)
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
            _ = try await running(try EventSocketListener(listener: inherited)) { listener, log in
                let client = try StreamClient(path: path)
                client.send("hello\n")
                #expect(await log.next() == "hello")
            }
        }
    }

    @Test func drainsItsConnectionsAfterAStop() async throws {
        try await withTemporaryDirectory { directory in
            let gate = try WakeUp()
            let socket = try StreamListener(path: "\(directory)/events")
            let client = try StreamClient(path: "\(directory)/events")
            client.send("first\n")
            let limits = EventSocketLimits(readSize: 32, drainTime: Self.longDrain)
            let outcome = try await running(
                try EventSocketListener(listener: socket, limits: limits), gate: gate
            ) {
                listener, log in
                #expect(await log.next() == "first")
                client.send((0..<100).map { "later \($0)\n" }.joined() + "cut")
                listener.stop()
                gate.signal()
            }
            client.finish()
            #expect(outcome.rest == (0..<100).map { "later \($0)" })
            #expect(outcome.statistics.unfinished == 1)
            #expect(outcome.statistics.closed == 1)
            #expect(outcome.statistics.lines == 101)
        }
    }

    @Test func readsNothingMoreOnceTheDrainTimeIsOver() async throws {
        let gate = try WakeUp()
        let limits = EventSocketLimits(readSize: 6, drainTime: .zero)
        let outcome = try await withListener(limits, gate: gate) { listener, path, log in
            let client = try StreamClient(path: path)
            client.send("first\n")
            #expect(await log.next() == "first")
            client.send("later\n")
            try StreamClient(path: path).send("waiting\n")
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
            let limits = EventSocketLimits(drainTime: drainTime)
            let listener = try EventSocketListener(listener: try StreamListener(path: path), limits: limits)
            let statistics = StatisticsLog()
            try await listener.run {
                FloodedConsumer(statistics, try StreamClient(path: path)) { listener.stop() }
            }
            let drained = statistics.total.lines - FloodedConsumer.linesBeforeStop
            #expect(drained >= 0)
            #expect(drained * FloodedConsumer.line.utf8.count < limits.drainSize)
        }
    }

    @Test func acceptsItsOwnBacklogAfterAStop() async throws {
        let gate = try WakeUp()
        let limits = EventSocketLimits(drainTime: Self.longDrain)
        let outcome = try await withListener(limits, gate: gate) { listener, path, log in
            let client = try StreamClient(path: path)
            client.send("first\n")
            #expect(await log.next() == "first")
            for number in 0..<100 { try StreamClient(path: path).send("waiting \(number)\n") }
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
            let outcome = try await running(try EventSocketListener(listener: inherited), gate: gate) {
                listener, log in
                let client = try StreamClient(path: path)
                client.send("first\n")
                #expect(await log.next() == "first")
                try StreamClient(path: path).send("waiting\n")
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
            let before = listener.answers
            listener.ping()
            await yield { listener.answers > before }
            #expect(listener.answers == before + 1)
        }
    }

    @Test func cancellationEndsTheRunAndRemovesTheSocket() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/events"
            do {
                let listener = try EventSocketListener(listener: try StreamListener(path: path))
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
            #expect(throws: LinuxError.self) { _ = try StreamClient(path: path) }
        }
    }
}

/// Sends a line for each that it receives, so that the connection never runs empty, and stops its listener meanwhile.
private struct FloodedConsumer: LineConsumer, ~Copyable {
    static let line = "again\n"
    static let linesBeforeStop = 1000

    private let statistics: StatisticsLog
    private let client: StreamClient
    private let stop: @Sendable () -> Void
    private var received = 0

    init(
        _ statistics: StatisticsLog, _ client: consuming StreamClient, stop: @escaping @Sendable () -> Void
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

    mutating func roundEnded(_ statistics: EventSocketStatistics) {
        self.statistics.add(statistics)
    }
}
