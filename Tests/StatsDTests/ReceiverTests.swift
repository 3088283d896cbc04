import Arena
import Bytes
import Ingest
import Linux
import Listeners
import StatsD
import TelemetryMetrics
import Testing

/// Datagrams that a process had taken from its socket when it ended.
@Suite(.timeLimit(.minutes(5)))
struct ReceiverTests {
    private typealias Bench = StatsDIngestTests.Bench

    private struct Failure: Error {}

    /// A process that receives `datagrams`, of which it applies the first `frames`, and of the next one so many bytes.
    private func end(_ bench: Bench, _ receiver: Receiver, frames: Int, bytes: Int = 0) throws {
        var ingest = try bench.ingest(receiver)
        for (slot, datagram) in datagrams.enumerated() {
            receiver.memory.put(Array(datagram.utf8), isTruncated: false, inSlot: slot)
        }
        for (slot, datagram) in datagrams.prefix(frames + 1).enumerated() {
            let length = slot < frames ? datagram.utf8.count : bytes
            guard length > 0 else { continue }
            Array(datagram.utf8).withBytes(in: 0..<length) { ingest.receive($0, inSlot: slot) }
        }
    }

    private let datagrams = ["a:1|c\nb:2|c\nc:3|g", "a:10|c", "c:+1|g\na:100:1000|c"]

    private func foreign(_ store: MetricStore) throws -> ForeignArena {
        guard let descriptor = store.arena.duplicateDescriptor() else { throw Failure() }
        return try ForeignArena(SharedMemory(takingOwnership: descriptor, reserve: 0))
    }

    /// The values that `bench` has of the datagrams, which it receives from `left`.
    private func values(_ left: UnappliedDatagrams?) throws -> [String] {
        let bench = try Bench()
        let receiver = try Receiver("statsd", in: bench.store.arena, goingOnWith: left)
        try bench.receiveAgain(receiver)
        #expect(try foreign(bench.store).unappliedDatagrams()["statsd"]?.datagrams == [])
        return ["a_total", "b_total", "c"].map { "\($0)\(bench.series($0))" }
    }

    @Test(arguments: [
        (0, 0, ["a_total[\" 1111.0\"]", "b_total[\" 2.0\"]", "c[\" 4.0\"]"]),
        (0, 5, ["a_total[\" 1110.0\"]", "b_total[\" 2.0\"]", "c[\" 4.0\"]"]),
        (0, 11, ["a_total[\" 1110.0\"]", "b_total[]", "c[\" 4.0\"]"]),
        (1, 0, ["a_total[\" 1110.0\"]", "b_total[]", "c[\" 1.0\"]"]),
        (2, 0, ["a_total[\" 1100.0\"]", "b_total[]", "c[\" 1.0\"]"]),
        (2, 6, ["a_total[\" 1100.0\"]", "b_total[]", "c[]"]),
        (3, 0, ["a_total[]", "b_total[]", "c[]"]),
    ])
    func aSuccessorAppliesWhatIsLeft(frames: Int, bytes: Int, expected: [String]) throws {
        let bench = try Bench()
        let receiver = try Receiver("statsd", in: bench.store.arena)
        try end(bench, receiver, frames: frames, bytes: bytes)
        let left = try foreign(bench.store).unappliedDatagrams()
        #expect(try values(left["statsd"]) == expected)
    }

    @Test func aSuccessorKnowsWhichDropsAreCounted() throws {
        let (before, after) = (try Bench(), try Bench())
        let counted = CountedDrops(socket: 7, total: 3)
        let predecessor = try Receiver("statsd", in: before.store.arena)
        predecessor.memory.countedDrops = counted
        let left = try withExtendedLifetime(predecessor) {
            try foreign(before.store).unappliedDatagrams()
        }
        let receiver = try Receiver("statsd", in: after.store.arena, goingOnWith: left["statsd"])
        #expect(receiver.memory.countedDrops == counted)
    }

    @Test func whatWasWorkedThroughIsGone() throws {
        let bench = try Bench()
        let receiver = try Receiver("statsd", in: bench.store.arena)
        try end(bench, receiver, frames: 3)
        var ingest = try bench.ingest(receiver)
        var batch = ReceiveBatch(receiver.memory)
        #expect(batch.receiveAgain { _, _, _ in }.datagrams == 3)
        ingest.roundEnded(.init())
        #expect(try foreign(bench.store).unappliedDatagrams()["statsd"]?.datagrams == [])
    }
}

extension StatsDIngestTests.Bench {
    fileprivate func ingest(_ receiver: Receiver) throws -> SampleIngest<StatsDParser> {
        let counters = IngestCounters(
            source: "statsd", received: try #require(counters["received_total"]),
            counted: try #require(counters["counted_total"]),
            rejected: try #require(counters["rejected_total"]),
            droppedTags: counters["tags_dropped_total"])
        return SampleIngest(StatsDParser(), registry, counters: counters, receiver: receiver)
    }

    /// As a listener does at its start.
    fileprivate func receiveAgain(_ receiver: Receiver) throws {
        var ingest = try ingest(receiver)
        var batch = ReceiveBatch(receiver.memory)
        _ = batch.receiveAgain { slot, datagram, _ in ingest.receive(datagram, inSlot: slot) }
        ingest.roundEnded(.init())
    }
}
