import Collectors
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

    /// The standard metrics of the process; what `/proc` doesn't tell is left out.
    static var process: MetricSet {
        MetricSet {
            Counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.") {
                ProcessStatistics().cpuSeconds
            }
            Gauge("process_resident_memory_bytes", "Resident memory size in bytes.") {
                ProcessStatistics().residentBytes
            }
            Gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.") {
                ProcessStatistics().virtualBytes
            }
            Gauge("process_open_fds", "Number of open file descriptors.") {
                ProcessStatistics().openDescriptors
            }
            Gauge("process_max_fds", "Maximum number of open file descriptors.") {
                ProcessStatistics().maximumDescriptors
            }
            Gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.") {
                ProcessStatistics().startTime
            }
            Gauge("process_threads", "Number of OS threads in the process.") { ProcessStatistics().threads }
        }
    }
}
