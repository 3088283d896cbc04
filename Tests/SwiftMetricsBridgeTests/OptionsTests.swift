import CoreMetrics
import Testing
import TelemetryMetrics

@testable import SwiftMetricsBridge

private typealias Gauge = CoreMetrics.Gauge

@Suite(.timeLimit(.minutes(5)))
struct OptionsTests {
    @Test func aLabelHasItsOwnHelpUnitAndBuckets() throws {
        var options = MetricsBridge.Options()
        options.labels["rpc.time.milliseconds"] = MetricsBridge.LabelOptions(
            help: "Time of a call.", unit: .milliseconds, buckets: [5, 50])
        let bridged = try Bridged(options)
        Timer(label: "rpc.time.milliseconds", factory: bridged.factory).recordMilliseconds(5)
        #expect(
            bridged.openMetrics.hasSuffix(
                """
                # TYPE rpc_time_milliseconds histogram
                # UNIT rpc_time_milliseconds milliseconds
                # HELP rpc_time_milliseconds Time of a call.
                rpc_time_milliseconds_bucket{le="5.0"} 1
                rpc_time_milliseconds_bucket{le="50.0"} 1
                rpc_time_milliseconds_bucket{le="+Inf"} 1
                rpc_time_milliseconds_sum 5
                rpc_time_milliseconds_count 1
                # EOF

                """))
    }

    @Test func aGaugeHasAUnit() throws {
        var options = MetricsBridge.Options()
        options.labels["cache_kilobytes"] = MetricsBridge.LabelOptions(unit: .kilobytes)
        let bridged = try Bridged(options)
        Gauge(label: "cache_kilobytes", factory: bridged.factory).record(512)
        #expect(bridged.openMetrics.contains("# UNIT cache_kilobytes kilobytes\n"))
    }

    @Test func aTimerStaysInSecondsWhereItsUnitMeasuresNoTime() throws {
        var options = MetricsBridge.Options.short
        options.labels["t_seconds"] = MetricsBridge.LabelOptions(unit: .bytes)
        let bridged = try Bridged(options)
        Timer(label: "t_seconds", factory: bridged.factory).recordMilliseconds(5)
        #expect(bridged.openMetrics.contains("# UNIT t_seconds seconds\n"))
        #expect(bridged.page.hasSuffix("t_seconds_sum 0.005\nt_seconds_count 1\n"))
    }

    @Test(arguments: [[], [2, 1], [1, 1], [1, .infinity], [.nan]])
    func boundariesAreChecked(_ boundaries: [Double]) throws {
        var forTimers = MetricsBridge.Options()
        forTimers.timerBuckets = Buckets(boundaries)
        var forRecorders = MetricsBridge.Options()
        forRecorders.recorderBuckets = Buckets(boundaries)
        var forOne = MetricsBridge.Options()
        forOne.labels["x"] = MetricsBridge.LabelOptions(buckets: Buckets(boundaries))
        for options in [forTimers, forRecorders, forOne] {
            let label = options.labels.isEmpty ? "all labels" : "the label \"x\""
            let error = #expect(throws: MetricsBridgeError.self) { _ = try Bridged(options) }
            #expect(
                error?.description
                    == "The bucket boundaries \(boundaries) of \(label) are not finite numbers in ascending order."
            )
        }
    }

    @Test func nativeBucketsAreTakenForRecordersAndTimers() throws {
        var options = MetricsBridge.Options()
        options.timerBuckets = .native()
        options.labels["r"] = MetricsBridge.LabelOptions(buckets: .native(NativeBuckets(growthFactor: 2)))
        let bridged = try Bridged(options)
        Timer(label: "t", factory: bridged.factory).recordSeconds(2)
        Recorder(label: "r", factory: bridged.factory).record(4)
        #expect(
            bridged.store.families.filter { $0.isInternal == false }.map(\.definition.isNative) == [
                true, true,
            ])
        #expect(bridged.page.contains("r_sum 4\n"))
        #expect(bridged.page.contains("t_seconds_sum 2\n"))
    }

    @Test func allThatIsWrongIsSaidAtOnce() throws {
        var options = MetricsBridge.Options()
        options.expiry = .zero
        options.recorderBuckets = .native(NativeBuckets(growthFactor: 1))
        options.labels = [
            "": .init(help: "Nothing."), "c": .init(kind: .counter, buckets: [1]),
            "g": .init(kind: .gauge, buckets: [1]), "n": .init(name: "1st"),
            "s1": .init(name: "same"), "s2": .init(name: "same"), "t": .init(kind: .timer, unit: .bytes),
            "u": .init(name: "u_bytes", unit: .seconds),
        ]
        let error = #expect(throws: MetricsBridgeError.self) { _ = try Bridged(options) }
        #expect(
            error
                == .several([
                    .badExpiry(.zero), .badNativeBuckets(NativeBuckets(growthFactor: 1), label: nil),
                    .emptyLabel, .bucketsOfKind(.counter, label: "c"), .bucketsOfKind(.gauge, label: "g"),
                    .badName("1st", label: "n"), .timerInUnit(.bytes, label: "t"),
                    .unitOfName(.bytes, exposed: .seconds, label: "u"),
                    .sharedName("same", labels: ["s1", "s2"]),
                ]))
        #expect(
            error?.description.hasSuffix(
                """
                An empty label is never exposed, so options for it have no effect.
                The label "c" is a counter and has no buckets.
                The label "g" is a gauge and has no buckets.
                The name "1st" of the label "n" takes letters, digits, '_' and ':', and no digit first.
                The label "t" is a timer and can't be in bytes.
                The name of the label "u" ends in bytes, but its values are shown in seconds.
                The name same is given to several labels: s1, s2.
                """) == true)
    }

    @Test func limitsArePositive() throws {
        var options = MetricsBridge.Options()
        options.seriesLimit = 0
        #expect(throws: MetricsBridgeError.badLimit(0)) { _ = try Bridged(options) }
        options = MetricsBridge.Options()
        options.labelLimit = -1
        #expect(throws: MetricsBridgeError.badLimit(-1)) { _ = try Bridged(options) }
    }

    @Test func seriesWithoutHandlersExpire() throws {
        let clock = CoarseClock(fixedAt: 1_000_000)
        var options = MetricsBridge.Options()
        options.expiry = .seconds(60)
        let bridged = try Bridged(options, clock: clock)
        func pass(_ seconds: Int) {
            clock.advance(by: .seconds(seconds))
            bridged.store.sweep()
        }
        withExtendedLifetime(CoreMetrics.Counter(label: "held", factory: bridged.factory)) { _ in
            CoreMetrics.Counter(label: "dropped", factory: bridged.factory).increment()
            withExtendedLifetime(CoreMetrics.Counter(label: "late", factory: bridged.factory)) { _ in
                pass(30)
                pass(50)
            }
            pass(20)
            #expect(bridged.page.contains("dropped_total") == false)
            #expect(bridged.page.contains("late_total 0\n"))
            pass(60)
            #expect(bridged.page == "# TYPE held_total counter\nheld_total 0\n")
        }
    }

    @Test func aStoreHasOneBridge() throws {
        let bridged = try Bridged()
        #expect(throws: MetricsBridgeError.alreadyBridged) { _ = try MetricsBridge(store: bridged.store) }
    }
}
