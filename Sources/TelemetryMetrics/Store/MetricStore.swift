package import Arena
import Synchronization

/// All metrics of one exporter: which metric has which name, and where the series are.
///
/// Thread-safe. One lock guards the list of metrics, another the list of collectors. They are never held together, nor during
/// a callback. Recording and reading series take neither.
package final class MetricStore: Sendable {
    /// The memory of all series.
    package let arena: Arena
    /// What all series and names take together.
    package let budget: StoreBudget
    /// The time for creation, windows and expiry.
    package let clock: CoarseClock
    /// Put before every name but the exporter's own.
    package let prefix: String
    /// On every series but the exporter's own: names and values, in order.
    package let constantLabels: [(name: String, value: String)]

    /// For series of metrics that say nothing else of it, but for the exporter's own; nil for none.
    private let initialZero: Duration?

    let metrics = Mutex(MetricList())
    private let collectors = Mutex<[@Sendable () -> Void]>([])

    /// Makes an empty store.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    package init(
        prefix: String = "", constantLabels: [(name: String, value: String)] = [],
        initialZero: Duration = .zero, limits: StoreLimits = StoreLimits(), clock: CoarseClock = .system
    ) throws(ArenaError) {
        arena = try Arena(limit: limits.memory)
        budget = StoreBudget(limits, arena: arena)
        self.prefix = prefix
        self.constantLabels = constantLabels
        self.clock = clock
        self.initialZero = initialZero > .zero ? initialZero : nil
    }

    /// How long new series of a metric that is not the exporter's own are shown as zero; nil for never.
    func initialZero(of definition: MetricDefinition) -> Duration? {
        guard definition.isCumulative, let duration = definition.initialZero ?? initialZero else {
            return nil
        }
        return duration > .zero ? duration : nil
    }

    /// All metrics in the order of their names.
    package var families: [Family] { metrics.withLock { $0.families() } }

    /// How many series all tables hold.
    package var seriesCount: Int {
        metrics.withLock(\.tables).reduce(0) { $0 + $1.table.count }
    }

    /// Bytes of memory behind the series.
    package var byteCount: Int { arena.size }

    /// How many updates fell into overflow series; it never shrinks.
    package var overflowed: UInt64 { metrics.withLock(\.overflowed) }

    /// Has `collector` run before every scrape, in its thread, to set values that exist elsewhere.
    package func addCollector(_ collector: @escaping @Sendable () -> Void) {
        collectors.withLock { $0.append(collector) }
    }

    /// Runs the collectors.
    package func collect() {
        for collector in collectors.withLock(\.self) { collector() }
    }

    /// Removes all series that are past the expiry of their metric, and returns how many those were.
    @discardableResult
    package func sweep() -> Int {
        defer { arena.trim() }
        clock.forgetRoughTime()
        return metrics.withLock(\.tables).reduce(0) { $0 + $1.sweep() }
    }
}

/// Who fills a metric: metrics of one name are only shared by what has one owner.
package enum MetricOwner: Sendable {
    /// The application, through its definitions, handles or swift-metrics.
    case application
    /// JSON events.
    case events
    /// StatsD lines.
    case statsd
    /// Graphite's plaintext lines.
    case carbon
}
