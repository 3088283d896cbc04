import Arena
import Glibc
import TestKit
import Testing

@testable import TelemetryMetrics

/// Native histograms whose threads have buckets of their own, and share some where there are too many threads.
@Suite(.timeLimit(.minutes(5)))
struct NativeOwnBucketsTests {
    private static let threads = 24

    /// Runs `body` in threads that live at the same time, more than a row has copies of its cells on a small machine.
    private func together(_ body: @escaping @Sendable (Int) -> Void) { onThreadsTogether(Self.threads, body) }

    private func clear(_ handle: SeriesHandle) {
        handle.family.layout.clear(handle.row, handle.family.definition, in: handle.family.series)
    }

    /// Integers, whose sum is exact.
    private static func values(_ thread: Int, _ round: Int) -> [Double] {
        (0..<200).map { Double(($0 * (thread + 7) * (round + 3)) % 5000 - 1000) }
    }

    private func expected(_ reading: NativeReading, _ values: [Double]) -> NativeReading {
        NativeModel(values: values).reading(schema: reading.schema, zeroThreshold: reading.zeroThreshold)
    }

    @Test func addsUpWhatAllThreadsCountedAndForgetsItWithAReset() throws {
        let handle = try ModelledHistogram(NativeBuckets(growthFactor: 1.1, limit: 500)).handle
        for round in 0..<5 {
            together { thread in
                for value in Self.values(thread, round) { handle.record(value) }
            }
            let reading = handle.family.native(handle.row)
            #expect(reading == expected(reading, (0..<Self.threads).flatMap { Self.values($0, round) }))
            clear(handle)
            let cleared = handle.family.native(handle.row)
            #expect(cleared == expected(cleared, []))
        }
    }

    /// What threads count far apart takes more directories than each of them has.
    @Test func resetsMoreBucketsThanADirectoryHolds() throws {
        let handle = try ModelledHistogram(NativeBuckets(growthFactor: 1.1, limit: 1000)).handle
        together { thread in
            for power in 0..<40 { handle.record(exp2(Double(thread * 40 + power - 480))) }
        }
        #expect(handle.family.native(handle.row).count == 960)
        clear(handle)
        #expect(handle.family.native(handle.row).count == 0)
    }

    @Test func resetsTakeNoMoreMemoryEachTime() throws {
        let handle = try ModelledHistogram(NativeBuckets(growthFactor: 1.1, limit: 500)).handle
        let used = (0..<20).map { _ in
            for value in Self.values(1, 1) { handle.record(value) }
            clear(handle)
            return handle.family.arena.used
        }
        #expect(used.dropFirst(2).allSatisfy { $0 == used[1] })
    }

    /// Only a bucket that was empty is looked at for the limit.
    @Test func staysWithinItsLimitAfterAReset() throws {
        let handle = try ModelledHistogram(NativeBuckets(growthFactor: 2, limit: 10)).handle
        for power in 0..<10 { handle.record(exp2(Double(power))) }
        #expect(handle.family.native(handle.row).schema == 0)
        clear(handle)
        var most = 0
        for power in 0..<20 {
            handle.record(exp2(Double(19 - power)))
            most = max(most, handle.family.native(handle.row).bucketCount)
        }
        #expect(handle.family.native(handle.row).count == 20)
        #expect(most == 10)
    }

    /// Each of them opens buckets of its own.
    @Test func staysWithinItsLimitWhateverAllThreadsOpen() throws {
        let handle = try ModelledHistogram(NativeBuckets(growthFactor: 1.1, limit: 50)).handle
        let ended = Turn()
        var most = 0
        onThreads(8) { thread in
            for number in 0..<400 { handle.record(exp2(Double((thread * 400 + number * 7) % 3200) / 100)) }
            ended.note()
        } meanwhile: {
            while ended.notes < 8 { most = max(most, handle.family.native(handle.row).bucketCount) }
        }
        #expect(max(most, handle.family.native(handle.row).bucketCount) <= 50)
        #expect(handle.family.native(handle.row).count == 3200)
    }

    @Test func losesNothingThatIsCountedAfterTheLastReset() throws {
        let handle = try ModelledHistogram(NativeBuckets(growthFactor: 1.1, limit: 500)).handle
        let ended = Turn()
        onThreads(8) { thread in
            for round in 0..<20 {
                for value in Self.values(thread, round) { handle.record(value) }
            }
            ended.note()
        } meanwhile: {
            while ended.notes < 8 { clear(handle) }
        }
        clear(handle)
        #expect(handle.family.native(handle.row).count == 0)
        together { thread in
            for value in Self.values(thread, 1) { handle.record(value) }
        }
        let values = (0..<Self.threads).flatMap { Self.values($0, 1) }
        let reading = handle.family.native(handle.row)
        #expect(reading.count == UInt64(values.count))
        let expected = expected(reading, values)
        #expect(reading.positive == expected.positive)
        #expect(reading.negative == expected.negative)
    }

    /// More held series than there is memory for buckets of a thread's own.
    @Test func sharesBucketsWhereThereIsNoMemoryForMore() throws {
        let family = try metric(.histogram) {
            $0.labels = ["a"]
            $0.buckets = .native(NativeBuckets())
        }
        let handles = try (1...2500).map { try #require(family.handle(labels: ["\($0)"])) }
        for handle in handles {
            for _ in 0..<3 { handle.record(2) }
        }
        #expect(handles.allSatisfy { family.native($0.row).positive.map(\.count) == [3] })
        let newest = family.layout.first + NativeHistogram.newestCell
        #expect(handles.last?.row.cell(newest).bits != 0)
    }
}
