import TelemetryMetrics

extension MetricSet {
    /// What is said of the store of series.
    static func store(_ store: MetricStore) -> MetricSet {
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
        }
    }
}
