public import Telemetry
public import Synchronization

/// Why a metric was switched off: what its measurement or its filter threw.
public struct MetricFailure: Sendable {
    /// Emitted once per metric, when it fails: `telemetry.metric.failure`.
    public static let event = Event<MetricFailure>("telemetry.metric.failure")

    /// The metric as it was defined.
    public let metric: String
    /// The event that it failed at.
    public let event: EventName?
    /// What was thrown.
    public let error: any Error
}

/// Whether a metric still works; it fails once and for all, and the other metrics of its event go on.
@usableFromInline
final class MetricHealth: Sendable {
    private let metric: String
    private let event: EventName?
    @usableFromInline let hasFailed = Atomic<Bool>(false)

    @usableFromInline
    init(metric: String, event: EventName?) {
        self.metric = metric
        self.event = event
    }

    /// Switches the metric off and says so.
    @usableFromInline
    func fail(_ error: any Error) {
        guard !hasFailed.exchange(true, ordering: .relaxed) else { return }
        MetricFailure.event.emit(MetricFailure(metric: metric, event: event, error: error))
    }
}
