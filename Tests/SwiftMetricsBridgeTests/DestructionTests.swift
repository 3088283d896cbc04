import CoreMetrics
import TelemetryMetrics
import Testing

@testable import SwiftMetricsBridge

private typealias Counter = CoreMetrics.Counter
private typealias Gauge = CoreMetrics.Gauge

@Suite(.timeLimit(.minutes(5)))
struct DestructionTests {
    @Test func destroyingTheLastCounterRemovesItsSeries() throws {
        let bridged = try Bridged()
        let one = Counter(label: "n", dimensions: [("a", "1")], factory: bridged.factory)
        let other = Counter(label: "n", dimensions: [("a", "1")], factory: bridged.factory)
        let neighbour = Counter(label: "n", dimensions: [("a", "2")], factory: bridged.factory)
        neighbour.increment(by: 5)
        one.increment()
        one.destroy()
        other.increment()
        #expect(bridged.page == "# TYPE n_total counter\nn_total{a=\"1\"} 2\nn_total{a=\"2\"} 5\n")
        other.destroy()
        #expect(bridged.page == "# TYPE n_total counter\nn_total{a=\"2\"} 5\n")
    }

    @Test func aLaterCounterStartsAgainWhileTheDestroyedOneIsStillHeld() throws {
        let bridged = try Bridged()
        let old = Counter(label: "n", factory: bridged.factory)
        old.increment(by: 9)
        old.destroy()
        let new = Counter(label: "n", factory: bridged.factory)
        old.increment(by: 100)
        new.increment()
        #expect(bridged.page == "# TYPE n_total counter\nn_total 1\n")
    }

    @Test func destroyingTwiceTakesNobodyElsesSeries() throws {
        let bridged = try Bridged()
        let one = Counter(label: "n", factory: bridged.factory)
        let other = Counter(label: "n", factory: bridged.factory)
        one.destroy()
        one.destroy()
        other.increment()
        #expect(bridged.page == "# TYPE n_total counter\nn_total 1\n")
    }

    @Test func aHandlerThatOnlyGoesLeavesItsSeries() throws {
        let bridged = try Bridged()
        Counter(label: "n", factory: bridged.factory).increment()
        #expect(bridged.page == "# TYPE n_total counter\nn_total 1\n")
        Counter(label: "n", factory: bridged.factory).destroy()
        #expect(bridged.page == "")
    }

    @Test func destroyedSeriesLeaveTheStore() throws {
        let bridged = try Bridged()
        let before = bridged.store.seriesCount
        for index in 0..<100 {
            let counter = Counter(label: "n", dimensions: [("a", "\(index)")], factory: bridged.factory)
            counter.increment()
            counter.destroy()
        }
        #expect(bridged.store.seriesCount == before)
    }

    @Test func theOverflowSeriesStays() throws {
        var options = MetricsBridge.Options()
        options.seriesLimit = 1
        let bridged = try Bridged(options)
        Counter(label: "n", dimensions: [("a", "1")], factory: bridged.factory).increment()
        Counter(label: "n", dimensions: [("a", "2")], factory: bridged.factory).increment()
        let last = Counter(label: "n", dimensions: [("a", "3")], factory: bridged.factory)
        last.increment()
        last.destroy()
        #expect(
            bridged.page == """
                # TYPE n_total counter
                n_total{a="1"} 1
                n_total{heliograph_overflow="true"} 2

                """)
    }

    @Test func everyKindCanBeDestroyed() throws {
        let bridged = try Bridged(.short)
        let factory = bridged.factory
        let floating = FloatingPointCounter(label: "f", factory: factory)
        let meter = Meter(label: "m", factory: factory)
        let gauge = Gauge(label: "g", factory: factory)
        let recorder = Recorder(label: "r", factory: factory)
        let timer = Timer(label: "t", factory: factory)
        func recordAll() {
            floating.increment()
            meter.set(1)
            meter.increment()
            gauge.record(1)
            recorder.record(1)
            timer.recordSeconds(1)
        }
        recordAll()
        #expect(bridged.page.split(separator: "\n").filter { $0.hasPrefix("# TYPE") }.count == 5)
        floating.destroy()
        meter.destroy()
        gauge.destroy()
        recorder.destroy()
        timer.destroy()
        recordAll()
        floating.reset()
        #expect(bridged.page == "")
    }

    @Test func handlersOfOthersAreLeftAlone() throws {
        let bridged = try Bridged()
        Counter(label: "n", factory: bridged.factory).increment()
        bridged.factory.destroyCounter(NOOPMetricsHandler.instance)
        let rejected = Gauge(label: "", factory: bridged.factory)
        rejected.destroy()
        #expect(bridged.page == "# TYPE n_total counter\nn_total 1\n")
    }
}
