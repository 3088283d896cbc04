import CoreMetrics
import Testing
import TelemetryMetrics

@testable import SwiftMetricsBridge

private typealias Counter = CoreMetrics.Counter
private typealias Gauge = CoreMetrics.Gauge

@Suite(.timeLimit(.minutes(5)))
struct RejectionTests {
    @Test func aLabelOfAnotherKindTakesNothingAndIsCounted() throws {
        let bridged = try Bridged(.short)
        let recorder = Recorder(label: "x_seconds", factory: bridged.factory)
        recorder.record(1)
        let before = bridged.page
        let timer = Timer(label: "x_seconds", factory: bridged.factory)
        let gauge = Gauge(label: "x_seconds", factory: bridged.factory)
        let meter = Meter(label: "x_seconds", factory: bridged.factory)
        #expect(bridged.rejected("name_conflict", of: "x_seconds") == "0")
        timer.recordSeconds(1)
        gauge.record(1)
        gauge.record(1.5)
        meter.set(1)
        meter.set(1.5)
        meter.increment()
        meter.decrement()
        #expect(bridged.page == before)
        #expect(bridged.rejected("name_conflict", of: "x_seconds") == "7")
    }

    @Test func counterAndGaugeOfOneLabelAreDifferentNames() throws {
        let bridged = try Bridged()
        Gauge(label: "x_total", factory: bridged.factory).record(1)
        Counter(label: "x_total", factory: bridged.factory).increment()
        FloatingPointCounter(label: "x", factory: bridged.factory).increment()
        #expect(bridged.page == "# TYPE x_total gauge\nx_total 1\n")
        #expect(bridged.rejected("name_conflict", of: "x_total") == "1")
        #expect(bridged.rejected("name_conflict", of: "x") == "1")
    }

    @Test func labelsThatCollideWhenSanitisedAreNotMixed() throws {
        let bridged = try Bridged()
        Counter(label: "a.b", factory: bridged.factory).increment()
        Counter(label: "a_b", factory: bridged.factory).increment(by: 10)
        #expect(bridged.page == "# TYPE a_b_total counter\na_b_total 1\n")
        #expect(bridged.rejected("name_conflict", of: "a_b") == "1")
    }

    @Test func namesOfTheExporterAreTaken() throws {
        let bridged = try Bridged()
        Counter(label: "heliograph_swift_metrics_rejected", factory: bridged.factory).increment()
        Counter(label: "up", factory: bridged.factory).increment(by: 5)
        Gauge(label: "target.info", factory: bridged.factory).record(1)
        Recorder(label: "scrape", factory: bridged.factory).record(1)
        #expect(bridged.page == "")
        for label in ["heliograph_swift_metrics_rejected", "up", "target.info", "scrape"] {
            #expect(bridged.rejected("reserved_name", of: label) == "1")
        }
        #expect(bridged.rejected("name_conflict") == "0")
    }

    @Test func aPrefixMakesNamesFree() throws {
        let bridged = try Bridged(prefix: "x_")
        Gauge(label: "up", factory: bridged.factory).record(1)
        #expect(bridged.page == "# TYPE x_up gauge\nx_up 1\n")
    }

    @Test func anEmptyLabelIsRejected() throws {
        let bridged = try Bridged()
        Counter(label: "", factory: bridged.factory).increment()
        Recorder(label: "", factory: bridged.factory).record(1)
        #expect(bridged.page == "")
        #expect(bridged.rejected("bad_name") == "2")
    }

    @Test func labelsPastTheLimitAreRejected() throws {
        var options = MetricsBridge.Options()
        options.labelLimit = 2
        let bridged = try Bridged(options)
        for index in 0..<5 { Gauge(label: "g\(index)", factory: bridged.factory).record(index) }
        #expect(bridged.page == "# TYPE g0 gauge\ng0 0\n# TYPE g1 gauge\ng1 1\n")
        #expect(bridged.rejected("label_limit") == "3")
    }

    @Test func labelsPastTheLimitOfAllMetricsAreRejected() throws {
        let own = try Bridged().store.budget.samples
        let bridged = try Bridged(limits: StoreLimits(samples: own + 2))
        for index in 0..<5 { Gauge(label: "g\(index)", factory: bridged.factory).record(index) }
        #expect(bridged.page == "# TYPE g0 gauge\ng0 0\n# TYPE g1 gauge\ng1 1\n")
        #expect(bridged.rejected("samples_limit") == "3")
    }

    @Test func dimensionsTooLongForTheStoreAreRejected() throws {
        let bridged = try Bridged()
        let long = String(repeating: "x", count: 1 << 20)
        Gauge(label: "g", dimensions: [("a", long)], factory: bridged.factory).record(1)
        #expect(bridged.page == "")
        #expect(bridged.rejected("store_full") == "1")
    }
}

@Suite(.timeLimit(.minutes(5)))
struct RejectedValueTests {
    @Test(arguments: [
        (Double.nan, Rejection.notFinite), (.infinity, .notFinite), (-.infinity, .notFinite), (-1, .negative),
        (-0.5, .negative),
    ])
    func aCounterDoesNotTake(_ amount: Double, _ rejection: Rejection) throws {
        let bridged = try Bridged()
        let counter = FloatingPointCounter(label: "n", factory: bridged.factory)
        counter.increment(by: amount)
        #expect(bridged.page == "# TYPE n_total counter\nn_total 0\n")
        #expect(bridged.rejections(of: "n_total", rejection) == 1)
    }

    @Test(arguments: [-1, Int64.min])
    func aCounterDoesNotShrink(by amount: Int64) throws {
        let bridged = try Bridged()
        let counter = Counter(label: "n", factory: bridged.factory)
        counter.increment(by: amount)
        #expect(bridged.page == "# TYPE n_total counter\nn_total 0\n")
        #expect(bridged.rejections(of: "n_total", .negative) == 1)
    }

    @Test func aCounterGoesOnPastTheLargestInteger() throws {
        let bridged = try Bridged()
        let counter = Counter(label: "n", factory: bridged.factory)
        let floating = FloatingPointCounter(label: "n", factory: bridged.factory)
        for _ in 0..<4096 { counter.increment(by: Int64(1) << 52) }
        for _ in 0..<4096 { floating.increment(by: 0x1p52) }
        #expect(bridged.page == "# TYPE n_total counter\nn_total 3.6893488147419103e+19\n")
        counter.increment(by: Int64.max)
        counter.reset()
        #expect(bridged.page == "# TYPE n_total counter\nn_total 0\n")
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func gaugesAndMetersKeepTheirValue(at value: Double) throws {
        let bridged = try Bridged()
        let gauge = Gauge(label: "g", factory: bridged.factory)
        let meter = Meter(label: "m", factory: bridged.factory)
        gauge.record(value)
        #expect(bridged.page == "")
        gauge.record(Int64.min)
        gauge.record(value)
        meter.set(2.5)
        meter.set(value)
        meter.increment(by: value)
        meter.increment()
        #expect(bridged.page == "# TYPE g gauge\ng -9.223372036854776e+18\n# TYPE m gauge\nm 3.5\n")
        #expect(bridged.rejections(of: "g", .notFinite) == 2)
        #expect(bridged.rejections(of: "m", .notFinite) == 2)
    }

    @Test func noSumBecomesInfinite() throws {
        let bridged = try Bridged(.short)
        let counter = FloatingPointCounter(label: "c", factory: bridged.factory)
        let meter = Meter(label: "m", factory: bridged.factory)
        let recorder = Recorder(label: "r", factory: bridged.factory)
        for amount in [Double.greatestFiniteMagnitude, 0x1p970, (0x1p970).nextDown] {
            counter.increment(by: amount)
            meter.increment(by: amount)
            recorder.record(amount)
        }
        let page = bridged.page
        #expect(page.contains("\nc_total 1.7976931348623157e+308\n"))
        #expect(page.contains("\nm 1.7976931348623157e+308\n"))
        #expect(page.hasSuffix("r_sum 1.7976931348623157e+308\nr_count 2\n"))
        for name in ["c_total", "m", "r"] { #expect(bridged.rejections(of: name, .overflow) == 1, "\(name)") }
    }

    @Test func aMeterIsNotMovedByWhatIsNoPositiveNumber() throws {
        let bridged = try Bridged()
        let meter = Meter(label: "g", factory: bridged.factory)
        meter.set(5)
        for amount in [Double.nan, .infinity, -.infinity, -1] {
            meter.increment(by: amount)
            meter.decrement(by: amount)
        }
        #expect(bridged.page == "# TYPE g gauge\ng 5\n")
        #expect(bridged.rejections(of: "g", .notFinite) == 6)
        #expect(bridged.rejections(of: "g", .negative) == 2)
    }

    @Test func aRecorderTakesFiniteNumbersOnly() throws {
        let bridged = try Bridged(.short)
        let recorder = Recorder(label: "r", factory: bridged.factory)
        for value in [Double.nan, .infinity, -.infinity] { recorder.record(value) }
        recorder.record(Int64.max)
        #expect(bridged.page.hasSuffix("r_sum 9.223372036854776e+18\nr_count 1\n"))
        #expect(bridged.rejections(of: "r", .notFinite) == 3)
    }

    @Test func aTimerTakesNeitherNegativeDurationsNorWhatTheAPICutsOff() throws {
        let bridged = try Bridged(.short)
        let timer = Timer(label: "t", factory: bridged.factory)
        timer.recordNanoseconds(Int64.min)
        timer.recordMilliseconds(-1)
        timer.recordSeconds(Double.nan)
        timer.recordSeconds(Double.infinity)
        timer.recordNanoseconds(0)
        #expect(bridged.page.hasSuffix("t_seconds_sum 0\nt_seconds_count 1\n"))
        #expect(bridged.rejections(of: "t_seconds", .negative) == 2)
        #expect(bridged.rejections(of: "t_seconds", .overflow) == 2)
    }
}
