import CoreMetrics
import Testing

@testable import SwiftMetricsBridge

@Suite(.timeLimit(.minutes(5)))
struct MetricsBridgeTests {
    @Test func countersOfBothKindsShareASeries() throws {
        let bridged = try Bridged()
        let whole = Counter(label: "http.requests", factory: bridged.factory)
        let floating = FloatingPointCounter(label: "http.requests", factory: bridged.factory)
        whole.increment()
        whole.increment(by: 41)
        floating.increment(by: 0.5)
        #expect(
            bridged.text.hasSuffix(
                """
                # HELP http_requests_total swift-metrics counter http.requests.
                # TYPE http_requests_total counter
                http_requests_total 42.5

                """))
    }

    @Test func theFactoryOfAProcessDoesWhatItsBridgeDoes() throws {
        func pages(_ factory: any MetricsFactory, _ bridged: Bridged) -> [String] {
            let counter = Counter(label: "c", factory: factory)
            let floating = FloatingPointCounter(label: "f", factory: factory)
            let meter = Meter(label: "m", factory: factory)
            let gauge = Gauge(label: "g", factory: factory)
            let recorder = Recorder(label: "r", factory: factory)
            let timer = Timer(label: "t", factory: factory)
            counter.increment()
            floating.increment(by: 0.5)
            meter.set(2)
            gauge.record(3)
            recorder.record(4)
            timer.recordSeconds(5)
            let before = bridged.page
            counter.destroy()
            floating.destroy()
            meter.destroy()
            gauge.destroy()
            recorder.destroy()
            timer.destroy()
            return [before, bridged.page]
        }
        let (bridged, other) = (try Bridged(.short), try Bridged(.short))
        let expected = pages(bridged.factory, bridged)
        #expect(expected[0].split(separator: "\n").count { $0.hasPrefix("# TYPE") } == 6)
        #expect(expected[1] == "")
        #expect(pages(MetricsBridge.Factory(other.factory), other) == expected)
    }

    @Test func theFactoryOfAProcessKeepsItsBridge() throws {
        weak var bridge: MetricsBridge?
        let factory: MetricsBridge.Factory
        do {
            let bridged = try Bridged()
            bridge = bridged.factory
            factory = MetricsBridge.Factory(bridged.factory)
        }
        #expect(bridge != nil)
        factory.makeCounter(label: "n", dimensions: []).increment(by: 1)
    }

    @Test func aCounterShowsFromTheStart() throws {
        let bridged = try Bridged()
        let counter = Counter(label: "jobs_total", factory: bridged.factory)
        #expect(bridged.page == "# TYPE jobs_total counter\njobs_total 0\n")
        counter.increment(by: 7)
        counter.reset()
        counter.increment(by: 3)
        #expect(bridged.page == "# TYPE jobs_total counter\njobs_total 3\n")
    }

    @Test func gaugesAndMetersShareASeries() throws {
        let bridged = try Bridged()
        let gauge = Gauge(label: "queue-depth", factory: bridged.factory)
        let meter = Meter(label: "queue-depth", factory: bridged.factory)
        #expect(bridged.page == "")
        gauge.record(12)
        meter.increment(by: 2.5)
        meter.decrement()
        #expect(bridged.page == "# TYPE queue_depth gauge\nqueue_depth 13.5\n")
        meter.set(-3)
        #expect(bridged.page == "# TYPE queue_depth gauge\nqueue_depth -3\n")
    }

    @Test func anAggregatingRecorderIsAHistogram() throws {
        let bridged = try Bridged(.short)
        let recorder = Recorder(label: "size", dimensions: [("kind", "a\"b")], factory: bridged.factory)
        recorder.record(10)
        recorder.record(10.5)
        recorder.record(-1)
        #expect(
            bridged.page == """
                # TYPE size histogram
                size_bucket{kind="a\\"b",le="10.0"} 2
                size_bucket{kind="a\\"b",le="100.0"} 3
                size_bucket{kind="a\\"b",le="+Inf"} 3
                size_sum{kind="a\\"b"} 19.5
                size_count{kind="a\\"b"} 3

                """)
    }

    @Test func aTimerIsAHistogramInSecondsWhateverItPrefers() throws {
        let bridged = try Bridged(.short)
        let timer = Timer(
            label: "request.duration", preferredDisplayUnit: .milliseconds, factory: bridged.factory)
        timer.recordMilliseconds(9)
        timer.recordNanoseconds(9_000_001)
        timer.recordSeconds(2)
        #expect(
            bridged.page == """
                # TYPE request_duration_seconds histogram
                request_duration_seconds_bucket{le="0.009"} 1
                request_duration_seconds_bucket{le="1.0"} 2
                request_duration_seconds_bucket{le="+Inf"} 3
                request_duration_seconds_sum 2.018000001
                request_duration_seconds_count 3

                """)
    }

    @Test func prefixAndConstantLabelsApply() throws {
        let bridged = try Bridged(prefix: "shop_", constantLabels: [(name: "zone", value: "eu")])
        let counter = Counter(label: "orders", dimensions: [("zone", "x")], factory: bridged.factory)
        counter.increment()
        #expect(
            bridged.page == """
                # TYPE shop_orders_total counter
                shop_orders_total{zone="eu",exported_zone="x"} 1

                """)
    }

    @Test func differentDimensionSetsShareAMetric() throws {
        let bridged = try Bridged()
        Counter(label: "n", factory: bridged.factory).increment()
        Counter(label: "n", dimensions: [("a", "1")], factory: bridged.factory).increment(by: 2)
        Counter(label: "n", dimensions: [("b", "1")], factory: bridged.factory).increment(by: 3)
        #expect(bridged.page == "# TYPE n_total counter\nn_total 1\nn_total{a=\"1\"} 2\nn_total{b=\"1\"} 3\n")
    }

    @Test func countersMadePerCallAddUp() throws {
        let bridged = try Bridged()
        for _ in 0..<100 {
            Counter(label: "n", dimensions: [("a", "1")], factory: bridged.factory).increment()
        }
        #expect(bridged.page == "# TYPE n_total counter\nn_total{a=\"1\"} 100\n")
    }

    @Test func worksAsTheFactoryOfTheProcess() async {
        await #expect(processExitsWith: .success) {
            let bridged = try Bridged()
            MetricsSystem.bootstrap(bridged.factory)
            Counter(label: "n").increment()
            #expect(bridged.page == "# TYPE n_total counter\nn_total 1\n")
        }
    }
}
