import Telemetry

/// What pollers of the process say of themselves, as metrics.
package enum PollerMetrics {
    private static let failures = "heliograph_poll_failures_total"

    /// The metrics of all polls, by name.
    package static var all: MetricSet {
        let poll = Label("poll", \PollerEvents.Success.poll)
        return MetricSet {
            Counter(
                failures, "Measurements that were not taken, by poll and cause.", of: PollerEvents.failure,
                labels: Label("poll", \PollerEvents.Failure.poll), Label("cause", \.cause))
            Histogram(
                "heliograph_poll_duration_seconds", "Time to take a measurement, by poll.",
                of: PollerEvents.success, observing: \.duration,
                buckets: .exponential(start: 0.0001, factor: 10, count: 6), labels: poll)
            Sum(
                "heliograph_poll_missed_ticks_total", "Ticks that went by during a measurement, by poll.",
                of: PollerEvents.success, adding: \.missedTicks, labels: poll)
            Gauge(
                "heliograph_poll_last_success_timestamp_seconds",
                "When a measurement was last taken, in seconds since the Unix epoch, by poll.",
                of: PollerEvents.success, observing: { _ in SystemTime.now }, labels: poll)
        }
    }

    /// Registers them in `store` as its own; failures stand at zero once a poller starts.
    ///
    /// - Returns: the ids of the handlers, all of which begin with `id`.
    /// - Throws: `DefinitionErrors` or `TelemetryError`, where a name is taken; then nothing is attached.
    package static func register(in store: MetricStore, id: String) throws -> [String] {
        let handlers = try all.register(in: store, id: id, isInternal: true)
        guard let family = store.families.first(where: { $0.name == failures }) else { return handlers }
        let seeding = "\(id).started"
        do throws(TelemetryError) {
            try HandlerRegistry.shared.attach(seeding, to: PollerEvents.started) { started in
                for cause in PollerEvents.Cause.allCases {
                    family.add(0, labels: [started.poll, cause.rawValue])
                }
            }
        } catch {
            handlers.forEach { try? HandlerRegistry.shared.detach($0) }
            throw error
        }
        return handlers + [seeding]
    }
}
