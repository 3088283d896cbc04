import Glibc
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct NativeConcurrencyTests {
    /// Integers of all magnitudes up to 2^30, so that sums are exact.
    private static func value(_ random: inout SeededGenerator) -> Double {
        let magnitude = Int.random(in: 0..<(1 << Int.random(in: 1...30, using: &random)), using: &random)
        return Double(Bool.random(using: &random) ? magnitude : -magnitude)
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func losesNoCountWhileItBecomesCoarser(_ round: UInt64) throws {
        let handle = try ModelledHistogram(
            NativeBuckets(growthFactor: 1.0027, limit: Int(round) * 4, largestZeroThreshold: 4)
        ).handle
        let total = Atomic<Int64>(0)
        let done = Atomic(0)
        var counts: [UInt64] = []
        onThreads(8) { thread in
            var random = SeededGenerator(seed: round * 8 + UInt64(thread))
            for _ in 0..<1000 {
                let value = Self.value(&random)
                total.wrappingAdd(Int64(value), ordering: .relaxed)
                handle.record(value)
            }
            done.wrappingAdd(1, ordering: .releasing)
        } meanwhile: {
            while done.load(ordering: .acquiring) < 8 {
                counts.append(handle.family.native(handle.row).count)
            }
        }
        let end = handle.family.native(handle.row)
        #expect(end.count == 8000)
        #expect(end.sum == Double(total.load(ordering: .relaxed)))
        #expect(end.schema < 8)
        #expect(counts == counts.sorted())
    }

    @Test func countsEachLookedUpSeriesExactlyWhileItIsReadByTwo() throws {
        let family = try metric(.histogram) {
            $0.buckets = .native(NativeBuckets(growthFactor: 1.0055, limit: 10))
            $0.labels = ["a"]
        }
        let done = Atomic(0)
        let fell = Atomic(0)
        onThreads(9) { thread in
            if thread == 8 {
                var last: [String: UInt64] = [:]
                while done.load(ordering: .acquiring) < 8 {
                    let counts = family.all { family.native($0).count }
                    if last.contains(where: { $0.value > counts[$0.key] ?? 0 }) {
                        fell.wrappingAdd(1, ordering: .relaxed)
                    }
                    last = counts
                }
                return
            }
            var random = SeededGenerator(seed: UInt64(thread))
            for number in 0..<2000 { family.record(Self.value(&random), at: ["\(number % 20)"]) }
            done.wrappingAdd(1, ordering: .releasing)
        } meanwhile: {
            while done.load(ordering: .acquiring) < 8 { _ = family.all(family.native) }
        }
        #expect(fell.load(ordering: .relaxed) == 0)
        let counts = family.all { family.native($0).count }
        #expect(counts.count == 20)
        #expect(counts.values.allSatisfy { $0 == 800 })
    }

    /// Resets lose what comes in between; what is left is a part, and nothing hangs.
    @Test func endsWhileItIsResetAgainAndAgain() throws {
        let clock = CoarseClock(fixedAt: 1_700_000_000_000)
        let handle = try ModelledHistogram(
            NativeBuckets(growthFactor: 1.0027, limit: 20, resetAfter: .milliseconds(1)), clock: clock
        ).handle
        let done = Atomic(0)
        var most: UInt64 = 0
        onThreads(8) { thread in
            var random = SeededGenerator(seed: UInt64(thread))
            for _ in 0..<4000 {
                // So that its time has always come when it has too many buckets again.
                clock.advance(by: .milliseconds(1))
                handle.record(Self.value(&random))
            }
            done.wrappingAdd(1, ordering: .releasing)
        } meanwhile: {
            while done.load(ordering: .acquiring) < 8 {
                most = max(most, handle.family.native(handle.row).count)
            }
        }
        #expect(most <= 32_000)
        #expect(handle.family.created(handle.row) > 1_700_000_001_000)
    }
}
