import Arena
import Glibc
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct NativeLimitTests {
    private let clock = CoarseClock(fixedAt: 1_700_000_000_000)

    /// Integers over many powers of two, of both signs.
    private func integers(_ count: Int, seed: UInt64) -> [Double] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in
            Double(Int.random(in: -1...1, using: &random) * (1 << Int.random(in: 0..<40, using: &random)) + 3)
        }
    }

    @Test(arguments: [1, 2, 3, 7, 20, 100], [1.0027, 1.1, 4])
    func staysWithinItsLimitAndKeepsAllCounts(_ limit: Int, _ factor: Double) throws {
        var histogram = try ModelledHistogram(NativeBuckets(growthFactor: factor, limit: limit))
        var most = 0
        for value in integers(400, seed: UInt64(limit)) {
            histogram.record(value)
            most = max(most, histogram.reading.bucketCount)
        }
        #expect(histogram.reading == histogram.expected)
        // The coarsest schema has a few buckets too many for the smallest limits.
        let coarsest = NativeModel(values: histogram.values)
            .reading(schema: -4, zeroThreshold: histogram.reading.zeroThreshold).bucketCount
        #expect(most <= max(limit, coarsest))
    }

    @Test func becomesNoCoarserThanItMust() throws {
        var histogram = try ModelledHistogram(NativeBuckets(growthFactor: 1.1, limit: 16))
        histogram.record((0..<16).map { exp2(Double($0) / 8) })
        #expect(histogram.reading.schema == 3)
        histogram.record(exp2(16.0 / 8))
        #expect(histogram.reading.schema == 2)
        #expect(histogram.reading == histogram.expected)
    }

    @Test func widensTheZeroBucketUpToItsLimitAndThenBecomesCoarser() throws {
        var histogram = try ModelledHistogram(
            NativeBuckets(growthFactor: 1.1, limit: 10, largestZeroThreshold: 1))
        var seen: [(schema: Int, threshold: Double)] = []
        for value in (0..<200).map({ exp2(Double($0) / 10 - 10) }) {
            histogram.record(value)
            histogram.record(-value)
            let reading = histogram.reading
            #expect(reading == histogram.expected)
            if seen.last.map({ $0 != (reading.schema, reading.zeroThreshold) }) ?? true {
                seen.append((reading.schema, reading.zeroThreshold))
            }
        }
        let widened = seen.prefix { $0.schema == 3 }
        #expect(widened.map(\.threshold) == widened.map(\.threshold).sorted())
        #expect(widened.count > 50)
        #expect(widened.last?.threshold == 1)
        #expect(seen.allSatisfy { $0.threshold <= 1 })
        #expect(histogram.reading.schema < 3)
    }

    /// A value that once counted as zero stays one, though no boundary of the coarser schema is at the threshold.
    @Test func keepsItsZerosWhenItBecomesCoarserThanItsThreshold() throws {
        var histogram = try ModelledHistogram(
            NativeBuckets(growthFactor: 2, limit: 3, largestZeroThreshold: 2))
        histogram.record([0.75, 1.5, 3, 6])
        #expect(histogram.reading.zeroThreshold == 1)
        histogram.record([12, 24, 48, 96])
        #expect(histogram.reading.zeroThreshold == 2)
        #expect(histogram.reading.schema < 0)
        #expect(histogram.reading.zeroCount == 2)
        #expect(histogram.reading.count == 8)
    }

    @Test func isResetAfterItsTimeWithANewCreatedTimestamp() throws {
        var histogram = try ModelledHistogram(
            NativeBuckets(growthFactor: 2, limit: 4, resetAfter: .seconds(60)), clock: clock)
        let handle = histogram.handle
        let created = handle.family.created(handle.row)
        #expect(created == 1_700_000_000_000)
        clock.advance(by: .milliseconds(59_999))
        histogram.record([1, 2, 4, 8, 16])
        #expect(histogram.reading == histogram.expected)
        #expect(histogram.reading.schema == -1)
        #expect(handle.family.created(handle.row) == created)
        clock.advance(by: .milliseconds(1))
        // Two of these are too many; the one that is one too many goes with the others.
        histogram.record([64, 1024])
        #expect(histogram.reading == NativeReading(schema: 0, zeroThreshold: 0x1p-128))
        #expect(handle.family.created(handle.row) == created + 60_000)
        histogram.values = []
        histogram.record([1, 2, 4, 8, 0, -0.5, 1])
        #expect(histogram.reading.count == 7)
        #expect(histogram.reading.sum == 15.5)
        #expect(handle.family.created(handle.row) == created + 60_000)
    }

    @Test func isResetBeforeItsZeroBucketWidens() throws {
        let buckets = NativeBuckets(
            growthFactor: 2, limit: 3, largestZeroThreshold: 1024, resetAfter: .seconds(60))
        var histogram = try ModelledHistogram(buckets, clock: clock)
        histogram.record([1, 2, 4, 8])
        #expect(histogram.reading.zeroThreshold == 1)
        clock.advance(by: .seconds(60))
        histogram.record([16, 32])
        #expect(histogram.reading.count <= 1)
        #expect(histogram.reading.zeroThreshold == 0x1p-128)
        #expect(histogram.reading.schema == 0)
    }

    private static let resetting = NativeBuckets(growthFactor: 2, limit: 3, resetAfter: .seconds(60))

    /// Adds one as a thread does that found the current directory of `list` before it was reset.
    private func lateAddition(_ list: Cells, _ family: Family) -> () -> Void {
        let current = list.cell(family.layout.first + NativeHistogram.currentCell).acquire()
        let block = Block(address: UInt32(truncatingIfNeeded: current), in: family.arena)
        return {
            BucketDirectory(block).forEach(at: family.arena.place) { _, block in
                block.cell(1).add(1 as UInt64)
            }
        }
    }

    /// What comes late in a list of the thread's own belongs to what was reset; with many tests at once it may have none.
    @Test func goesOnAfterAResetThatItsThreadMissed() throws {
        var histogram = try ModelledHistogram(Self.resetting, clock: clock)
        histogram.record([1, 2, 4, 8])
        #expect(histogram.reading.schema == -1)
        let list = histogram.handle.cells.mine
        let addLate = lateAddition(list, histogram.handle.family)
        clock.advance(by: .seconds(60))
        histogram.record(64)
        #expect(histogram.reading.count == 0)
        addLate()
        #expect(histogram.reading.count == 0)
        for power in 0..<30 { histogram.record(exp2(Double(power))) }
        #expect(histogram.reading.count == (list.isThreadExclusive ? 30 : 31))
        #expect(histogram.reading.bucketCount <= 3)
    }

    /// What comes late in the list that threads share is counted by and by.
    @Test func goesOnAfterAResetThatALateThreadMissed() throws {
        let family = try metric(.histogram, clock: clock) {
            $0.labels = ["a"]
            $0.buckets = .native(Self.resetting)
        }
        for power in 0..<4 { family.record(exp2(Double(power)), at: ["x"]) }
        let row = try #require(family.row(at: ["x"]))
        let addLate = lateAddition(row.cells, family)
        clock.advance(by: .seconds(60))
        family.record(64, at: ["x"])
        #expect(family.native(row).count == 0)
        addLate()
        for power in 0..<30 { family.record(exp2(Double(power)), at: ["x"]) }
        #expect(family.native(row).count == 31)
        #expect(family.native(row).bucketCount <= 3)
    }

    @Test(arguments: [100, 160, 1000])
    func becomesCoarserWhereItsDirectoryIsFull(_ limit: Int) throws {
        var histogram = try ModelledHistogram(NativeBuckets(growthFactor: 1.1, limit: limit))
        var most = 0
        for power in -120..<120 {
            histogram.record(exp2(Double(power) * 2))
            most = max(most, histogram.reading.bucketCount)
        }
        #expect(histogram.reading.schema < 3)
        #expect(histogram.reading == histogram.expected)
        #expect(most <= limit)
    }

    @Test func givesItsMemoryBackWithItsSeries() throws {
        let family = try metric(.histogram, clock: clock) {
            $0.buckets = .native(NativeBuckets(growthFactor: 1.0027, limit: 50))
            $0.labels = ["a"]
            $0.expiry = .seconds(10)
        }
        var used = [family.arena.used]
        for _ in 0..<20 {
            for series in 0..<10 {
                for value in integers(100, seed: 9) { family.record(value, at: ["\(series)"]) }
            }
            #expect(family.all(family.native).values.map(\.count) == Array(repeating: 100, count: 10))
            family.series.sweep()
            clock.advance(by: .seconds(10))
            #expect(family.series.sweep() == 10)
            drainRetired()
            used.append(family.arena.used)
        }
        #expect(isBounded(used))
    }
}
