import Synchronization
import TelemetryMetrics

/// One handler's use of a series, until the handler is destroyed or released.
///
/// The series' memory stays as long as the handler, so recording after `destroy` does no harm.
struct SeriesUse: ~Copyable, Sendable {
    let series: SeriesHandle
    let metric: BridgedMetric
    let key: SeriesKey
    /// Whether the handler may be given to another user once it is idle.
    let isReusable: Bool
    private let isEnded = Atomic<Bool>(false)

    init(of series: SeriesHandle, metric: BridgedMetric, key: SeriesKey, isReusable: Bool) {
        self.series = series
        self.metric = metric
        self.key = key
        self.isReusable = isReusable
    }

    deinit { metric.release(series, wasEnded: isEnded.load(ordering: .relaxed)) }

    /// Whether what is recorded counts.
    ///
    /// Relaxed: recording and destroying at the same time are unordered anyway.
    var isLive: Bool { !isEnded.load(ordering: .relaxed) }

    /// Removes the series where this was its last use; a second call does nothing.
    func end() {
        guard !isEnded.exchange(true, ordering: .relaxed) else { return }
        metric.end(series)
    }
}
