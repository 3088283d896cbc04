import Arena
import Glibc
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct SummaryTests {
    private let clock = CoarseClock(fixedAt: 120_000 * 14_000_000)
    private static let quantiles = [0, 0.07, 0.25, 0.5, 0.9, 0.99, 0.999, 1]

    private func summary(_ quantiles: [Double] = quantiles) throws -> SeriesHandle {
        var definition = MetricDefinition(.summary, name: "s", help: "S.")
        definition.quantiles = quantiles
        return try #require(try MetricStore(clock: clock).register(definition).handle(labels: []))
    }

    private func reading(_ handle: SeriesHandle) -> SummaryReading { handle.family.summary(handle.row) }

    @Test(arguments: Shape.allCases, [1, 100, 10_000])
    func givesQuantilesWithinTheRelativeError(_ shape: Shape, _ count: Int) throws {
        let values = shape.values(count)
        let handle = try summary()
        values.forEach(handle.record)
        let sorted = values.sorted()
        for (quantile, estimate) in zip(Self.quantiles, try #require(reading(handle).quantiles)) {
            let rank = sorted.indices.first { Double($0 + 1) / Double(count) >= quantile } ?? 0
            #expect(abs(estimate / sorted[rank] - 1) <= 0.012, "\(quantile)")
        }
        #expect(reading(handle).count == UInt64(count))
    }

    @Test func hasNoQuantilesBeforeItsFirstValue() throws {
        #expect(reading(try summary()) == SummaryReading(count: 0, sum: 0, quantiles: nil))
    }

    @Test func ordersNegativesZerosAndPositives() throws {
        let handle = try summary([0, 0.25, 0.5, 0.75, 1])
        for value in [-100, -1, 0, -0.0, 1, 100, 0, 1] { handle.record(value) }
        #expect(areNear(reading(handle).quantiles, [-100, -1, 0, 1, 100]))
        #expect(reading(handle).sum == 1)
    }

    @Test func forgetsWhatIsOlderThanTheWindow() throws {
        let handle = try summary([0, 1])
        handle.record(0)
        handle.record(1)
        clock.advance(by: .seconds(120))
        handle.record(1000)
        handle.record(2000)
        clock.advance(by: .seconds(479))
        #expect(areNear(reading(handle).quantiles, [0, 2000]))
        clock.advance(by: .seconds(1))
        #expect(areNear(reading(handle).quantiles, [1000, 2000]))
        clock.advance(by: .seconds(120))
        #expect(reading(handle) == SummaryReading(count: 4, sum: 3001, quantiles: nil))
    }

    @Test func slidesInSlices() throws {
        let handle = try summary([0, 1])
        for slice in 1...8 {
            handle.record(Double(slice) * 100)
            let oldest = Double(max(slice - 4, 1)) * 100
            #expect(areNear(reading(handle).quantiles, [oldest, Double(slice) * 100]))
            clock.advance(by: .seconds(120))
        }
        #expect(reading(handle).count == 8)
        #expect(reading(handle).sum == 3600)
    }

    @Test func reusesTheLinesOfOldSlices() throws {
        // With four full slices and a five more, 13 of 25 values are fives.
        let handle = try summary([12 / 25, 12.5 / 25])
        for _ in 0..<30 {
            for value in [5.0, 0, 5, 0, 5, 0] { handle.record(value) }
            clock.advance(by: .seconds(120))
        }
        handle.record(5)
        #expect(areNear(reading(handle).quantiles, [0, 5]))
        #expect(reading(handle).count == 181)
    }

    @Test func countsIntoTheNearestBucketWhereItsDirectoryIsFull() throws {
        let handle = try summary([0, 0.5, 1])
        let arena = try Arena()
        defer { withExtendedLifetime(arena) {} }
        let scale = try ExponentialScale(schema: 5, arena: arena)
        func group(_ value: Double) -> Int { Int((Double(scale.index(of: value)) / 16).rounded(.down)) }
        let values = (1...64).map { pow(10, Double($0)) }
        for value in values { handle.record(value) }
        for value in [1e300, 1e300, -1e-5, -1e300] { handle.record(value) }
        let highest = scale.representative(of: group(1e64) * 16 + 15)
        let lowest = scale.representative(of: group(10) * 16)
        let quantiles = try #require(reading(handle).quantiles)
        #expect([quantiles[0], quantiles[2]] == [lowest, highest])
        #expect(areNear([quantiles[1]], [1e32]))
        #expect(reading(handle).count == 68)
    }

    @Test func takesAValueManyTimes() throws {
        let handle = try summary([0.5])
        #expect(handle.family.record(2, times: 99, in: handle.row) == nil)
        handle.record(1000)
        #expect(areNear(reading(handle).quantiles, [2]))
        #expect(reading(handle).count == 100)
        #expect(reading(handle).sum == 1198)
    }

    @Test(arguments: [Duration.milliseconds(1), .seconds(3), .seconds(Int64.max)])
    func takesAnyWindow(_ window: Duration) throws {
        var definition = MetricDefinition(.summary, name: "s", help: "S.")
        definition.window = window
        let handle = try #require(try MetricStore(clock: clock).register(definition).handle(labels: []))
        handle.record(7)
        #expect(areNear(reading(handle).quantiles?.prefix(1).map(\.self), [7]))
    }

    @Test func losesNoCountWhileEightThreadsObserveAndTheWindowSlides() throws {
        let handle = try summary([0.5])
        let done = Atomic(0)
        onThreads(8) { _ in
            for number in 0..<5000 { handle.record(Double(number % 3) * 50) }
            done.wrappingAdd(1, ordering: .relaxed)
        } meanwhile: {
            while done.load(ordering: .relaxed) < 8 { clock.advance(by: .seconds(1)) }
        }
        #expect(reading(handle).count == 40_000)
        #expect(reading(handle).sum == 8 * 249_950)
    }
}

/// Whether the estimates are within the relative error of a summary.
private func areNear(_ estimates: [Double]?, _ values: [Double]) -> Bool {
    guard let estimates, estimates.count == values.count else { return false }
    return zip(estimates, values).allSatisfy { $0 == $1 || abs($0 / $1 - 1) <= 0.012 }
}
