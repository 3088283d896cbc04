import Telemetry

/// How those fare that read values that exist elsewhere before a page is made.
///
/// What could not be read is not on the page.
package struct CollectorMetrics: Sendable {
    private let success: Family
    private let duration: Family
    private let lastSuccess: Family
    private let clock: CoarseClock

    /// Registers them in `store`.
    package init(store: MetricStore) throws(DefinitionErrors) {
        func gauge(_ name: String, _ help: String, _ unit: MetricUnit? = nil) throws(DefinitionErrors)
            -> Family
        {
            try store.register(
                MetricDefinition(.gauge, name: name, help: help, labels: ["collector"], unit: unit),
                isInternal: true)
        }
        success = try gauge(
            "heliograph_collector_success",
            "1 where a collector could read all that it shows; 0 where some of it is missing.")
        duration = try gauge(
            "heliograph_collector_duration_seconds", "How long a collector took, or has taken until now.",
            .seconds)
        lastSuccess = try gauge(
            "heliograph_collector_last_success_timestamp_seconds",
            "When a collector could read all that it shows.", .seconds)
        clock = store.clock
    }

    /// Notes that a collector ended after that long, and whether it could read everything.
    package func note(_ isComplete: Bool, after duration: Duration, of collector: String) {
        success.replace(with: isComplete ? 1 : 0, labels: [collector])
        self.duration.replace(with: duration.inSeconds, labels: [collector])
        if isComplete {
            lastSuccess.replace(
                with: Double(clock.wallMilliseconds(of: clock.moment)) / 1000, labels: [collector])
        }
    }

    /// Runs a collector, which says whether it could read everything.
    package func measure(_ collector: String, _ run: () -> Bool) {
        let start = ContinuousClock.now
        let isComplete = run()
        note(isComplete, after: .now - start, of: collector)
    }
}

extension Family {
    /// Shows a value that exists elsewhere, or nothing where it can't be read.
    package func show(_ value: Double?, labels: [String] = []) {
        if let value { replace(with: value, labels: labels) } else { hide(labels: labels) }
    }
}
