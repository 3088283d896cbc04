import Arena
import Bytes
import Linux
import Listeners
import Synchronization
import TelemetryMetrics
import Testing

@testable import Ingest

/// What becomes of an input at which processes end.
@Suite(.timeLimit(.minutes(5)))
struct SuspectInputsTests {
    private struct Failure: Error {}

    private static let kept = Mutex<[any Sendable]>([])

    private func foreign(_ store: MetricStore) throws -> ForeignArena {
        guard let descriptor = store.arena.duplicateDescriptor() else { throw Failure() }
        return try ForeignArena(SharedMemory(takingOwnership: descriptor, reserve: 0))
    }

    /// A process that is at `input` when it ends; what it knows of suspects.
    private func end(
        at input: String?, passing passed: [String] = [], after predecessor: MetricStore? = nil
    ) throws -> (MetricStore, SuspectInputs) {
        var foreign: ForeignArena?
        if let predecessor { foreign = try self.foreign(predecessor) }
        let store = try MetricStore(predecessor: foreign)
        let suspects = try SuspectInputs(store, after: foreign)
        // What is in the arena stays there, as at the end of a process.
        Self.kept.withLock { $0.append(suspects) }
        for text in passed { Array(text.utf8).withBytes(in: 0..<text.utf8.count) { suspects.passed($0) } }
        if let input {
            let inWork = try InputInWork(in: store.arena)
            Array(input.utf8).withBytes(in: 0..<input.utf8.count) { inWork.begin($0) }
            Self.kept.withLock { $0.append(inWork) }
        }
        return (store, suspects)
    }

    private func isRefused(_ input: String, by suspects: SuspectInputs) -> Bool {
        Array(input.utf8).withBytes(in: 0..<input.utf8.count) { suspects.refuses($0) }
    }

    @Test func anInputAtTwoEndsIsRefused() throws {
        let (first, _) = try end(at: "bad")
        let (second, once) = try end(at: "bad", after: first)
        #expect(once.found == [.init(text: "bad", ends: 1)])
        #expect(!isRefused("bad", by: once))
        let (third, twice) = try end(at: nil, after: second)
        #expect(twice.found == [.init(text: "bad", ends: 2)])
        #expect(isRefused("bad", by: twice))
        #expect(!isRefused("other", by: twice))
        let (_, later) = try end(at: nil, after: third)
        #expect(later.found.isEmpty)
        #expect(isRefused("bad", by: later))
    }

    @Test func anInputThatWasWorkedThroughInBetweenIsNone() throws {
        let (first, _) = try end(at: "good")
        let (second, _) = try end(at: "good", passing: ["good"], after: first)
        let (_, suspects) = try end(at: nil, after: second)
        #expect(suspects.found == [.init(text: "good", ends: 1)])
        #expect(!isRefused("good", by: suspects))
    }

    @Test func theNewestAreRemembered() throws {
        var predecessor: MetricStore?
        for number in 0..<20 {
            for _ in 0..<2 { predecessor = try end(at: "bad \(number)", after: predecessor).0 }
        }
        let (_, suspects) = try end(at: nil, after: predecessor)
        #expect((0..<20).filter { isRefused("bad \($0)", by: suspects) } == Array(4..<20))
    }

    @Test func aRefusedInputIsCountedAndGoesNoFurther() throws {
        let fixture = try WireFixture()
        let (first, _) = try end(at: "bad")
        let (second, _) = try end(at: "bad", after: first)
        let (_, suspects) = try end(at: nil, after: second)
        var guarded = GuardedIngest(Passing(), suspects, counters: fixture.counters)
        for text in ["bad", "good"] {
            Array(text.utf8).withBytes(in: 0..<text.utf8.count) { guarded.receive($0) }
            Array(text.utf8).withBytes(in: 0..<text.utf8.count) { guarded.receive($0, inSlot: 0) }
        }
        #expect(fixture.rejections(.poison) == 2)
        guarded.roundEnded(ListenerStatistics())
        #expect(fixture.lines.lines.map(\.text) == ["bad"])
    }
}

private struct Passing: FrameConsumer {
    mutating func receive(_ frame: RawSpan) {}
    mutating func roundEnded(_ statistics: ListenerStatistics) {}
}
