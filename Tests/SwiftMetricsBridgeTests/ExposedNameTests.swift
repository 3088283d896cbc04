import CoreMetrics
import TelemetryMetrics
import Testing

@testable import SwiftMetricsBridge

@Suite(.timeLimit(.minutes(5)))
struct ExposedNameTests {
    private func name(
        _ kind: MetricsBridge.LabelKind, _ label: String, _ options: MetricsBridge.LabelOptions = .init()
    ) -> String {
        kind.definition(of: label, options: MetricsBridge.Options(labels: [label: options]), names: .legacy)
            .exposedName
    }

    @Test(arguments: [
        ("http.server.request.duration", "http_server_request_duration_seconds"),
        ("rpc.seconds", "rpc_seconds"), ("seconds", "seconds"), ("milliseconds", "milliseconds_seconds"),
        ("job_total", "job_total_seconds"),
    ])
    func aTimerEndsInSeconds(_ label: String, _ expected: String) {
        #expect(name(.timer, label) == expected)
    }

    @Test(arguments: [
        (MetricsBridge.LabelKind.timer, "t", MetricUnit.milliseconds, "t_milliseconds"),
        (.timer, "t_milliseconds", .milliseconds, "t_milliseconds"), (.gauge, "cache", .bytes, "cache_bytes"),
        (.recorder, "body.size", .kilobytes, "body_size_kilobytes"),
        (.counter, "sent", .bytes, "sent_bytes_total"),
        (.counter, "sent_total", .bytes, "sent_bytes_total"),
        (.counter, "sent_bytes_total", .bytes, "sent_bytes_total"),
        (.counter, "sent_bytes", .bytes, "sent_bytes_total"),
    ])
    func aUnitEndsTheName(
        _ kind: MetricsBridge.LabelKind, _ label: String, _ unit: MetricUnit, _ expected: String
    ) {
        #expect(name(kind, label, .init(unit: unit)) == expected)
    }

    @Test func aLabelCanBeGivenItsName() {
        #expect(name(.timer, "http.duration", .init(name: "latency")) == "latency_seconds")
        #expect(name(.counter, "hits", .init(name: "page_views")) == "page_views_total")
        #expect(name(.gauge, "depth", .init(kind: .gauge, name: "queue_depth")) == "queue_depth")
        #expect(name(.counter, "depth", .init(kind: .gauge, name: "queue_depth")) == "depth_total")
    }

    @Test(arguments: [
        (MetricUnit.milliseconds, [5.0, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]),
        (.microseconds, [5e3, 1e4, 2.5e4, 5e4, 1e5, 2.5e5, 5e5, 1e6, 2.5e6, 5e6, 1e7]),
        (.nanoseconds, [5e6, 1e7, 2.5e7, 5e7, 1e8, 2.5e8, 5e8, 1e9, 2.5e9, 5e9, 1e10]),
        (.seconds, Buckets.durations.boundaries),
    ])
    func defaultBoundariesAreInTheUnit(_ unit: MetricUnit, _ boundaries: [Double]) {
        let options = MetricsBridge.Options(labels: [
            "t": .init(unit: unit), "own": .init(unit: unit, buckets: [1, 2]),
        ])
        for kind in [MetricsBridge.LabelKind.timer, .recorder] {
            #expect(
                kind.definition(of: "t", options: options, names: .legacy).buckets.boundaries == boundaries)
            #expect(kind.definition(of: "own", options: options, names: .legacy).buckets == [1, 2])
        }
    }

    @Test func nativeThresholdsAreInTheUnit() {
        var options = MetricsBridge.Options(labels: ["t": .init(unit: .milliseconds)])
        options.timerBuckets = .native(NativeBuckets(zeroThreshold: 0.5, largestZeroThreshold: 2))
        let native = MetricsBridge.LabelKind.timer.definition(of: "t", options: options, names: .legacy)
            .buckets.native
        #expect(native == NativeBuckets(zeroThreshold: 500, largestZeroThreshold: 2000))
    }

    @Test func aDataUnitKeepsTheBoundariesOfRecorders() {
        let options = MetricsBridge.Options(labels: ["r": .init(unit: .bytes)])
        let definition = MetricsBridge.LabelKind.recorder.definition(
            of: "r", options: options, names: .legacy)
        #expect(definition.buckets == options.recorderBuckets)
    }
}
