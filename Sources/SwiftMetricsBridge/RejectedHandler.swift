import CoreMetrics
import TelemetryMetrics

/// Takes the place of any handler that can't be made, and counts what is lost.
final class RejectedHandler: CounterHandler, FloatingPointCounterHandler, RecorderHandler, MeterHandler,
    TimerHandler
{
    private let rejected: SeriesHandle?

    /// Counts updates in `rejected`.
    init(_ rejected: SeriesHandle?) { self.rejected = rejected }

    func increment(by _: Int64) { rejected?.increment() }
    func increment(by _: Double) { rejected?.increment() }
    func decrement(by _: Double) { rejected?.increment() }
    func reset() {}
    func record(_: Int64) { rejected?.increment() }
    func record(_: Double) { rejected?.increment() }
    func set(_: Int64) { rejected?.increment() }
    func set(_: Double) { rejected?.increment() }
    func recordNanoseconds(_: Int64) { rejected?.increment() }
}

/// The handlers of labels that have no metric.
struct RejectedHandlers: Sendable {
    /// What counts their updates: by label, past a limit together in the overflow series.
    static var definition: MetricDefinition {
        var definition = MetricDefinition(
            .counter, name: "heliograph_swift_metrics_rejected_total",
            help: "Updates through swift-metrics that no metric could take, by label and cause.",
            labels: ["label", "cause"])
        definition.seriesLimit = 1000
        return definition
    }

    private let metric: Family

    /// Counts in `metric`, which shows each cause as zero first.
    init(counting metric: Family) {
        self.metric = metric
        let causes: [RejectionCause] = [
            .nameConflict, .reservedName, .badName, .labelLimit, .memoryLimit, .samplesLimit, .storeFull,
        ]
        for cause in causes { _ = metric.handle(labels: ["", cause.rawValue]) }
    }

    /// The handler that counts updates lost for that cause; labels past a limit have no series of their own.
    func handler(_ label: String, _ cause: RejectionCause) -> RejectedHandler {
        let isNamed = [.nameConflict, .reservedName, .badName].contains(cause)
        let named = isNamed ? metric.handle(labels: [label, cause.rawValue]) : nil
        return RejectedHandler(named ?? metric.handle(labels: ["", cause.rawValue]))
    }
}
