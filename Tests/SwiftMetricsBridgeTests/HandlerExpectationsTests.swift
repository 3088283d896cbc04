import CoreMetrics
import TelemetryMetrics
import Testing

@testable import SwiftMetricsBridge

/// What whoever uses swift-metrics expects of a factory: all kinds, through all ways that lead to it.
@Suite(.timeLimit(.minutes(5)))
struct HandlerExpectationsTests {
    /// Makes one of each kind with `factory` and records into it; the page that has to come of it.
    private func recordAll(_ factory: any MetricsFactory) {
        let dimensions = [("kind", "x")]
        Counter(label: "c", dimensions: dimensions, factory: factory).increment(by: 3)
        FloatingPointCounter(label: "f", dimensions: dimensions, factory: factory).increment(by: 1.5)
        Gauge(label: "g", dimensions: dimensions, factory: factory).record(4)
        let meter = Meter(label: "m", dimensions: dimensions, factory: factory)
        meter.set(5)
        meter.decrement(by: 2)
        Recorder(label: "r", dimensions: dimensions, factory: factory).record(6)
        Timer(label: "t", dimensions: dimensions, factory: factory).recordMilliseconds(7)
    }

    private static let page = """
        # TYPE c_total counter
        c_total{kind="x"} 3
        # TYPE f_total counter
        f_total{kind="x"} 1.5
        # TYPE g gauge
        g{kind="x"} 4
        # TYPE m gauge
        m{kind="x"} 3
        # TYPE r histogram
        r_bucket{kind="x",le="10.0"} 1
        r_bucket{kind="x",le="100.0"} 1
        r_bucket{kind="x",le="+Inf"} 1
        r_sum{kind="x"} 6
        r_count{kind="x"} 1
        # TYPE t_seconds histogram
        t_seconds_bucket{kind="x",le="0.009"} 1
        t_seconds_bucket{kind="x",le="1.0"} 1
        t_seconds_bucket{kind="x",le="+Inf"} 1
        t_seconds_sum{kind="x"} 0.007
        t_seconds_count{kind="x"} 1

        """

    @Test func takesAllKinds() throws {
        let bridged = try Bridged(.short)
        recordAll(bridged.factory)
        #expect(bridged.page == Self.page)
    }

    @Test func isOneOfSeveralFactories() throws {
        let (one, other) = (try Bridged(.short), try Bridged(.short))
        recordAll(MultiplexMetricsHandler(factories: [one.factory, other.factory]))
        #expect(one.page == Self.page)
        #expect(other.page == Self.page)
    }

    @Test func isBehindAFactoryThatRenames() throws {
        let bridged = try Bridged(.short)
        let factory = MappingMetricsFactory(upstream: bridged.factory) { label, dimensions in
            (String(label.dropFirst(3)), dimensions.map { ($0.0.lowercased(), $0.1) })
        }
        Counter(label: "xx.c", dimensions: [("KIND", "x")], factory: factory).increment()
        #expect(bridged.page == "# TYPE c_total counter\nc_total{kind=\"x\"} 1\n")
    }

    @Test func isTheFactoryOfATask() async throws {
        let bridged = try Bridged(.short)
        withMetricsFactory(bridged.factory) { Counter(label: "a").increment() }
        await withMetricsFactory(MetricsBridge.Factory(bridged.factory)) {
            await Task { Counter(label: "a").increment() }.value
        }
        #expect(bridged.page == "# TYPE a_total counter\na_total 2\n")
    }

    @Test func takesDurationsInEachUnit() throws {
        let bridged = try Bridged(.short)
        let timer = Timer(label: "t", factory: bridged.factory)
        timer.recordNanoseconds(1_000_000)
        timer.recordMicroseconds(2000 as UInt16)
        timer.recordMicroseconds(3000.0)
        timer.recordMilliseconds(4 as Int8)
        timer.recordMilliseconds(5.5)
        timer.recordSeconds(6)
        timer.recordSeconds(8 as Float)
        #expect(bridged.page.contains("t_seconds_sum 14.0155\n"))
        #expect(bridged.page.contains("t_seconds_count 7\n"))
        // What the API cuts off at 292 years.
        timer.recordSeconds(UInt64.max)
        timer.recordMilliseconds(Int64.max)
        timer.recordNanoseconds(UInt64.max)
        timer.recordSeconds(1e300)
        #expect(bridged.rejections(of: "t_seconds", .overflow) == 4)
        #expect(bridged.page.contains("t_seconds_count 7\n"))
    }

    @Test func takesNumbersOfEachType() throws {
        let bridged = try Bridged(.short)
        let counter = Counter(label: "c", factory: bridged.factory)
        counter.increment(by: UInt8.max)
        counter.increment(by: Int64.max)
        let recorder = Recorder(label: "r", factory: bridged.factory)
        recorder.record(5 as UInt16)
        recorder.record(-2.5 as Float)
        let gauge = Recorder(label: "g", aggregate: false, factory: bridged.factory)
        gauge.record(1)
        gauge.record(2.5)
        #expect(
            bridged.page.contains("c_total 9.223372036854776e+18\n"))
        #expect(bridged.page.contains("r_sum 2.5\n"))
        #expect(bridged.page.contains("g 2.5\n"))
    }
}
