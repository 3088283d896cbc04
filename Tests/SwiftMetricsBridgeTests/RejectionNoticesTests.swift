import CoreMetrics
import Synchronization
import Telemetry
import TelemetryMetrics
import Testing

@testable import SwiftMetricsBridge

@Suite(.timeLimit(.minutes(5)))
struct RejectionNoticesTests {
    @Test func aRejectedLabelIsToldOnceForEachCause() throws {
        let bridged = try Bridged()
        let captured = try CapturedRejections(ofLabels: "told-once")
        for _ in 0..<3 {
            Counter(label: "told-once", factory: bridged.factory).increment()
            Counter(label: "told_once", factory: bridged.factory).increment()
            FloatingPointCounter(label: "told-once", factory: bridged.factory).increment(by: -1)
            FloatingPointCounter(label: "told-once", factory: bridged.factory).increment(by: Double.nan)
            Recorder(label: "told-once_total", factory: bridged.factory).record(1)
        }
        #expect(
            captured.all == [
                BridgeRejection(label: "told-once", cause: "negative"),
                BridgeRejection(label: "told-once", cause: "not_finite"),
                BridgeRejection(label: "told-once_total", cause: "name_conflict"),
            ])
    }

    @Test func valuesOfEveryKindAreTold() throws {
        let bridged = try Bridged()
        let captured = try CapturedRejections(ofLabels: "every")
        Counter(label: "every.c", factory: bridged.factory).increment(by: -1)
        Meter(label: "every.m", factory: bridged.factory).set(Double.nan)
        let recorder = Recorder(label: "every.r", factory: bridged.factory)
        for _ in 0..<2 { recorder.record(Double.greatestFiniteMagnitude) }
        Timer(label: "every.t", factory: bridged.factory).recordNanoseconds(Int64.max)
        #expect(captured.all.map(\.cause) == ["negative", "not_finite", "overflow", "overflow"])
    }

    @Test func optionsThatDoNotFitAreToldAndLoseNothing() throws {
        let options = MetricsBridge.Options(labels: [
            "unfit.kindless": .init(buckets: [1]), "unfit.timer": .init(kind: .timer, help: "Time."),
            "unfit.data": .init(unit: .bytes), "unfit.fits": .init(kind: .counter, help: "Fits."),
        ])
        let bridged = try Bridged(options)
        let captured = try CapturedRejections(ofLabels: "unfit")
        Gauge(label: "unfit.kindless", factory: bridged.factory).record(1)
        Counter(label: "unfit.timer", factory: bridged.factory).increment()
        Timer(label: "unfit.data", factory: bridged.factory).recordSeconds(1)
        Counter(label: "unfit.fits", factory: bridged.factory).increment()
        #expect(captured.all.map(\.label) == ["unfit.kindless", "unfit.timer", "unfit.data"])
        #expect(Set(captured.all.map(\.cause)) == ["options_ignored"])
        #expect(bridged.text.contains("# HELP unfit_timer_total swift-metrics counter unfit.timer.\n"))
        #expect(bridged.page.contains("unfit_data_seconds_sum 1\n"))
    }
}

/// The rejections of the labels that begin with a prefix, as long as it lives.
private final class CapturedRejections: Sendable {
    private let id: String
    private let seen: Seen

    private final class Seen: Sendable {
        let rejections = Mutex<[BridgeRejection]>([])
    }

    init(ofLabels prefix: String) throws {
        let seen = Seen()
        self.seen = seen
        id = "captured.\(prefix)"
        try HandlerRegistry.shared.attach(id, to: BridgeRejection.event) { rejection in
            if rejection.label.hasPrefix(prefix) { seen.rejections.withLock { $0.append(rejection) } }
        }
    }

    deinit { try? HandlerRegistry.shared.detach(id) }

    var all: [BridgeRejection] { seen.rejections.withLock(\.self) }
}
