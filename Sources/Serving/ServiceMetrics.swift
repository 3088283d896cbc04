import JournalLogging
import TelemetryMetrics

extension MetricSet {
    /// What the service says of its log.
    static var service: MetricSet {
        MetricSet {
            Counter("heliograph_log_entries_dropped_total", "Log entries lost.") {
                JournalLogHandler.droppedEntries
            }
            .persistence(.kept)
        }
    }
}
