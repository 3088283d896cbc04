import Linux
import Testing

@testable import EventSocket

struct EventSocketListenerTests {
    @Test func handsOutTheLinesOfEveryConnection() async throws {
        let outcome = try await withListener { listener, path, log in
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
        let outcome = try await withListener(EventSocketLimits(readSize: 64), gate: gate) {
            listener, path, log in
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
            let limits = EventSocketLimits(readSize: 32)
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

    @Test func answersAPingWithoutTraffic() async throws {
        try await withListener { listener, path, log in
            let before = listener.answers
            listener.ping()
            while listener.answers == before { await Task.yield() }
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
