import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct SummaryErrorTests {
    private static let quantiles = [0, 0.01, 0.07, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1]

    private func summary(_ relativeError: Double) throws -> SeriesHandle {
        try heldSeries(.summary) {
            $0.relativeError = relativeError
            $0.quantiles = Self.quantiles
        }
    }

    /// The largest error of a quantile, relative to the value that has exactly its rank.
    private func largestError(of handle: SeriesHandle, _ values: [Double]) throws -> Double {
        let sorted = values.sorted()
        let estimates = try #require(handle.family.summary(handle.row).quantiles)
        return zip(Self.quantiles, estimates).map { quantile, estimate in
            let rank = sorted.indices.first { Double($0 + 1) / Double(sorted.count) >= quantile } ?? 0
            return abs(estimate / sorted[rank] - 1)
        }.max() ?? .infinity
    }

    @Test(arguments: TelemetryMetricsTests.Shape.allCases, [0.011, 0.05, 0.0014])
    func keepsTheRelativeError(_ shape: TelemetryMetricsTests.Shape, _ relativeError: Double) throws {
        let values = shape.values(10_000)
        let handle = try summary(relativeError)
        values.forEach(handle.record)
        #expect(try largestError(of: handle, values) <= relativeError)
    }

    @Test(arguments: TelemetryMetricsTests.Shape.allCases)
    func keepsTheRelativeErrorOfNegatives(_ shape: TelemetryMetricsTests.Shape) throws {
        let values = shape.values(2000).map(-)
        let handle = try summary(0.011)
        values.forEach(handle.record)
        #expect(try largestError(of: handle, values) <= 0.011)
    }

    @Test(arguments: TelemetryMetricsTests.Shape.allCases)
    func keepsTheRelativeErrorWhileEightThreadsObserve(_ shape: TelemetryMetricsTests.Shape) throws {
        let values = shape.values(8000)
        let handle = try summary(0.011)
        onThreads(8) { thread in
            for value in values[thread * 1000..<(thread + 1) * 1000] { handle.record(value) }
        }
        #expect(try largestError(of: handle, values) <= 0.011)
        #expect(handle.family.summary(handle.row).count == 8000)
    }

    /// All slices together are one distribution: the parts may differ in any way.
    @Test(arguments: TelemetryMetricsTests.Shape.allCases)
    func keepsTheRelativeErrorOfSlicesThatAreMerged(_ shape: TelemetryMetricsTests.Shape) throws {
        let clock = CoarseClock(fixedAt: 120_000 * 14_000_000)
        let handle = try heldSeries(.summary, clock: clock) { $0.quantiles = Self.quantiles }
        let values = shape.values(5000).sorted()
        for slice in 0..<5 {
            if slice > 0 { clock.advance(by: .seconds(120)) }
            values[slice * 1000..<(slice + 1) * 1000].forEach(handle.record)
        }
        #expect(try largestError(of: handle, values) <= 0.011)
        clock.advance(by: .seconds(120))
        #expect(try largestError(of: handle, Array(values[1000...])) <= 0.011)
    }
}
