import Testing

@testable import TelemetryMetrics

struct MetricUnitTests {
    @Test(arguments: [
        (MetricUnit.millisecond, MetricUnit.second, Double?.some(0.001)), (.second, .nanosecond, 1e9),
        (.microsecond, .second, 1e-6), (.nanosecond, .second, 1e-9), (.megabyte, .byte, 1e6),
        (.byte, .kilobyte, 0.001), (.second, .second, 1), (.byte, .second, nil),
    ])
    func convertsWithinADimension(_ from: MetricUnit, _ to: MetricUnit, _ factor: Double?) {
        #expect(from.factor(to: to) == factor)
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
