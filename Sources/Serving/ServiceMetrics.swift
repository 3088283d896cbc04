import JournalLogging
import TelemetryMetrics

extension MetricSet {
    /// What the service says of its store and its log.
    static func service(_ store: MetricStore) -> MetricSet {
        MetricSet {
            Gauge("heliograph_series", "Series in the store.") { [weak store] in store?.seriesCount }
            Gauge("heliograph_metrics", "Metrics in the store.") { [weak store] in store?.metricCount }
            Gauge("heliograph_arena_bytes", "Memory that the store of series takes.") { [weak store] in
                store?.byteCount
            }
            Counter("heliograph_series_overflowed_total", "Updates that fell into an overflow series.") {
                [weak store] in store?.overflowed
            }
            .persistence(.kept)
            Counter(
                "heliograph_log_entries_dropped_total", "Log entries lost."
            ) {
                JournalLogHandler.droppedEntries
            }
            .persistence(.kept)
        }
    }
}
