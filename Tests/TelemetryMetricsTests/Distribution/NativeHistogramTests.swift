import Arena
import Glibc
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct NativeHistogramTests {
    @Test(arguments: [
        (1.0027, 8), (1.0055, 7), (1.02, 6), (1.022, 5), (1.1, 3), (1.5, 1), (2, 0), (4, -1), (16, -2),
        (300, -3), (65_536, -4), (1e300, -4),
    ])
    func takesTheSchemaOfItsGrowthFactor(_ factor: Double, _ schema: Int) throws {
        #expect(try ModelledHistogram(NativeBuckets(growthFactor: factor)).reading.schema == schema)
    }

    /// Integers, so that their sum is exact; a few powers of two and their neighbours.
    private static let values: [Double] = {
        var random = SeededGenerator(seed: 8)
        let integers = (0..<2000).map { _ in Double(Int.random(in: -100_000...100_000, using: &random)) }
        let powers = (0..<20).map { Double(1 << $0) }
        return integers + powers + powers.map { $0 + 1 } + powers.map { -$0 } + [0, -0.0]
    }()

    @Test(arguments: [1.0027, 1.0055, 1.022, 1.1, 2, 4, 16, 300, 65_536])
    func countsEachValueIntoTheBucketThatHoldsIt(_ factor: Double) throws {
        var histogram = try ModelledHistogram(NativeBuckets(growthFactor: factor, limit: 1000))
        histogram.record(Self.values)
        #expect(histogram.reading == histogram.expected)
        #expect(histogram.reading.count == UInt64(Self.values.count))
    }

    @Test(arguments: [
        0.001, 0.001.nextUp, 1, 1.0.nextUp, 1.0.nextDown, 3e200, .greatestFiniteMagnitude,
        .leastNormalMagnitude, .leastNormalMagnitude.nextDown, .leastNonzeroMagnitude,
    ])
    func hasABucketForEveryFiniteValue(_ value: Double) throws {
        var histogram = try ModelledHistogram(NativeBuckets(zeroThreshold: 0))
        histogram.record([value, -value])
        let reading = histogram.reading
        #expect(reading.zeroCount == 0)
        for bucket in [reading.positive, reading.negative].compactMap(\.first) {
            func upper(_ index: Int) -> Double {
                ExponentialScale.upperBoundary(of: index, schema: reading.schema)
            }
            #expect(value <= upper(bucket.index))
            // Below the smallest number there is no boundary of its own.
            #expect(value > upper(bucket.index - 1) || upper(bucket.index - 1) == upper(bucket.index))
        }
        #expect(reading.positive == reading.negative)
        #expect(reading.count == 2)
    }

    private static let aroundZero: [(Double, UInt64)] = [
        (0, 1), (-0.0, 1), (0.25, 1), (-0.25, 1), (0.25.nextUp, 0), (-0.25.nextUp, 0),
        (.leastNonzeroMagnitude, 1),
    ]

    @Test(arguments: aroundZero)
    func countsAsZeroWhatIsNotAboveTheThreshold(_ value: Double, _ zeros: UInt64) throws {
        var histogram = try ModelledHistogram(NativeBuckets(zeroThreshold: 0.25))
        histogram.record(value)
        #expect(histogram.reading.zeroCount == zeros)
        #expect(histogram.reading.zeroThreshold == 0.25)
        #expect(histogram.reading.count == 1)
        #expect(histogram.reading.sum == value)
    }

    @Test func takesAValueManyTimes() throws {
        let handle = try ModelledHistogram(NativeBuckets(limit: 1)).handle
        for value in [0, 2, -8.0] {
            #expect(handle.family.record(value, times: 1000, in: handle.row) == nil)
        }
        let reading = handle.family.native(handle.row)
        #expect(reading.count == 3000)
        #expect(reading.sum == -6000)
    }

    @Test func rejectsWhatIsNotFinite() throws {
        let handle = try ModelledHistogram(NativeBuckets()).handle
        for value in [Double.infinity, -.infinity, .nan] { handle.record(value) }
        #expect(handle.family.rejections.count(of: .notFinite) == 3)
        #expect(handle.family.native(handle.row).count == 0)
    }

    @Test func takesNoMemoryWhenAnEmptyOneIsRead() throws {
        let handle = try ModelledHistogram(NativeBuckets()).handle
        let used = handle.family.arena.used
        #expect(handle.family.native(handle.row).schema == 3)
        #expect(handle.family.arena.used == used)
    }
}
