import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct MetricUnitTests {
    private static let times: [MetricUnit] = [.seconds, .milliseconds, .microseconds, .nanoseconds]
    private static let sizes: [MetricUnit] = [.bytes, .kilobytes, .megabytes]
    /// From each to each, in these orders.
    private static let timeFactors = [
        [1, 1e3, 1e6, 1e9], [1e-3, 1, 1e3, 1e6], [1e-6, 1e-3, 1, 1e3], [1e-9, 1e-6, 1e-3, 1],
    ]
    private static let sizeFactors = [[1, 1e-3, 1e-6], [1e3, 1, 1e-3], [1e6, 1e3, 1]]

    @Test func convertsWithinADimensionAndNotBetweenTwo() {
        #expect(Set(Self.times + Self.sizes) == Set(MetricUnit.allCases))
        #expect(Self.times.map { from in Self.times.map { from.factor(to: $0) } } == Self.timeFactors)
        #expect(Self.sizes.map { from in Self.sizes.map { from.factor(to: $0) } } == Self.sizeFactors)
        for time in Self.times {
            for size in Self.sizes { #expect(time.factor(to: size) == nil && size.factor(to: time) == nil) }
        }
    }

    @Test func convertsWhatFunctionsSay() throws {
        let recording = try Recording {
            Gauge("lag", "L.", in: .milliseconds, reading: { 1500 })
            Counter("sent", "S.", in: .kilobytes, reading: { 2.5 })
        }
        recording.store.collect()
        #expect(recording.values("lag_seconds") == ["": 1.5])
        #expect(recording.values("sent_bytes_total") == ["": 2500])
    }

    @Test func endsNamesInThePlural() {
        #expect(
            MetricUnit.allCases.map(\.base.suffix) == Array(repeating: "seconds", count: 4)
                + Array(repeating: "bytes", count: 3))
    }

    @Test(arguments: [
        (Duration.milliseconds(1500), 1.5), (.nanoseconds(1), 1e-9), (.zero, 0), (.seconds(-2), -2),
    ])
    func measuresDurationsInSeconds(_ duration: Duration, _ seconds: Double) {
        #expect(duration.measurement == seconds)
    }

    @Test(arguments: [
        (Buckets.linear(start: 1, width: 0.5, count: 3), Buckets([1, 1.5, 2])),
        (.exponential(start: 1, factor: 10, count: 4), Buckets([1, 10, 100, 1000])),
        (.linear(start: 0, width: 1, count: -1), Buckets([])),
    ])
    func makesBuckets(_ buckets: Buckets, _ expected: Buckets) {
        #expect(buckets == expected)
    }
}
