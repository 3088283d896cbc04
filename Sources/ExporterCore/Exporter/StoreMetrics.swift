import TelemetryMetrics

extension MetricSet {
    /// What the store of series says of itself.
    static func store(_ store: MetricStore) -> MetricSet {
        MetricSet {
            Gauge("heliograph_series", "Series in the store.") { [weak store] in store?.seriesCount }
            Gauge("heliograph_metrics", "Metrics in the store.") { [weak store] in store?.families.count }
            Gauge("heliograph_arena_bytes", "Memory that the store of series takes.") { [weak store] in
                store?.byteCount
            }
            Counter("heliograph_series_overflowed_total", "Updates that fell into an overflow series.") {
                [weak store] in store?.overflowed
            }
        }
    }
}
