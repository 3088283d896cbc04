package import Arena
package import Linux
import Synchronization
import Telemetry

/// All metrics of one exporter: which metric has which name, and where the series are.
///
/// Thread-safe. One lock guards the list of metrics, one the list of collectors, one that of sweepers. They are never held together,
/// nor during a callback. Recording and reading series take none.
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

    /// Which names metrics and labels may have.
    package let names: NameValidation

    /// For series of metrics that say nothing else of it, but for the exporter's own; nil for none.
    private let initialZero: Duration?

    let metrics = Mutex(MetricList())
    private let collectors = Mutex<[@Sendable () -> Void]>([])
    private let foreignCollectors = ForeignCollectors()
    private let sweepers = Mutex<[@Sendable () -> Void]>([])
    /// What a predecessor had that nobody took yet.
    let inheritance: Inheritance

    /// Makes an empty store, whose metrics go on with what a `predecessor` has of them; it lies in `memory` where that is given.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    package init(
        prefix: String = "", constantLabels: [(name: String, value: String)] = [],
        names: NameValidation = .legacy, initialZero: Duration = .zero, limits: StoreLimits = StoreLimits(),
        clock: CoarseClock = .system,
        predecessor: ForeignArena? = nil, memory: consuming SharedMemory? = nil, seed: UInt64? = nil
    ) throws(ArenaError) {
        let seed = seed ?? predecessor?.seed ?? .random(in: .min ... .max)
        let lineage = predecessor?.lineage ?? .random(in: 1 ... .max)
        inheritance = Inheritance(predecessor, clock)
        arena = try Arena(memory: memory, limit: limits.memory, seed: seed, lineage: lineage)
        budget = StoreBudget(limits, arena: arena)
        self.prefix = prefix
        self.constantLabels = constantLabels
        self.names = names
        self.clock = clock
        self.initialZero = initialZero > .zero ? initialZero : nil
    }

    // What goes with it must not leave the memory empty: a successor may have it.
    deinit { arena.leave() }

    /// How long new series of a metric are shown as zero; nil for never.
    ///
    /// For the exporter's own, only the definition says so.
    func initialZero(of definition: MetricDefinition, isInternal: Bool = false) -> Duration? {
        let standard = isInternal ? nil : initialZero
        guard definition.isCumulative, let duration = definition.initialZero ?? standard else { return nil }
        return duration > .zero ? duration : nil
    }

    /// All metrics in the order of their names.
    package var families: [Family] { metrics.withLock { $0.families() } }

    /// The same, with a number that changes whenever they do.
    package var numberedFamilies: (families: [Family], number: UInt64) {
        metrics.withLock { ($0.families(), $0.changes) }
    }

    /// The metric of that name.
    package func family(named name: String) -> Family? { metrics.withLock { $0[name] } }

    /// How many metrics there are.
    package var metricCount: Int { metrics.withLock(\.count) }

    /// How many series all tables hold.
    package var seriesCount: Int { metrics.withLock(\.seriesCount) }

    /// Bytes of memory behind the series.
    package var byteCount: Int { arena.size }

    /// How many updates fell into overflow series; it never shrinks.
    package var overflowed: UInt64 { metrics.withLock(\.overflowed) }

    /// Has `collector`, which never blocks, run before every scrape, in its thread, to set values that exist elsewhere.
    package func addCollector(_ collector: @escaping @Sendable () -> Void) {
        collectors.withLock { $0.append(collector) }
    }

    /// The same for what costs too much to be read for every one of many scrapes: at most once in `pause`, and in one thread at a time.
    package func addCollector(pausing pause: Duration, _ collector: @escaping @Sendable () -> Void) {
        let paced = PacedCollector(pause: pause, clock, collector)
        addCollector { paced.run() }
    }

    /// Has `read`, which may take long, run before every scrape to set the metric, and say whether it could read the value.
    func addCollector(of family: Family, _ read: @escaping @Sendable () -> Bool) {
        foreignCollectors.add(family, read)
    }

    /// Says where to note how collectors fare that may take long.
    package func reportCollectors(to metrics: CollectorMetrics) { foreignCollectors.report(to: metrics) }

    /// Runs the collectors; returns the metrics that a page has to leave out, as they were not read before `deadline`.
    @discardableResult
    package func collect(
        until deadline: ContinuousClock.Instant = .now + MetricStore.standardCollectorTimeout
    ) -> [Family] {
        let late = Mutex<[Family]>([])
        let isDone = Semaphore()
        collect(until: deadline) { families in
            late.withLock { $0 = families }
            isDone.signal()
        }
        isDone.wait()
        return late.withLock(\.self)
    }

    /// The same for a thread that must not wait: `goOn` gets the metrics, within this call or on a thread of the collectors.
    package func collect(
        until deadline: ContinuousClock.Instant, then goOn: @escaping @Sendable ([Family]) -> Void
    ) {
        foreignCollectors.run(until: deadline) { late in
            // These show what became of the others.
            for collector in self.collectors.withLock(\.self) { collector() }
            goOn(late)
        }
    }

    /// How long a page waits for collectors where nobody says: less than the ten seconds that Prometheus waits for the page.
    package static let standardCollectorTimeout = Duration.seconds(9)

    /// Removes all series that are past the expiry of their metric, and returns how many those were.
    @discardableResult
    package func sweep() -> Int {
        defer { arena.trim() }
        clock.forgetRoughTime()
        let count = metrics.withLock(\.tables).reduce(0) { $0 + $1.sweep() }
        removeEmptyUndefined()
        for sweeper in sweepers.withLock(\.self) { sweeper() }
        ReclamationDomain.shared.reclaim()
        return count
    }

    /// Has `sweeper` run after every sweep, in its thread, to give back what only had a use for series.
    package func addSweeper(_ sweeper: @escaping @Sendable () -> Void) {
        sweepers.withLock { $0.append(sweeper) }
    }

    /// The shortest time that a series of any metric lives without an update; nil where all live for ever.
    package var shortestExpiry: Duration? {
        metrics.withLock { $0.shortestLifetime() }.map { .milliseconds(Int64(clamping: $0)) }
    }

    /// How many metrics left the store since it was made.
    package var removals: UInt64 { metrics.withLock(\.removals) }
}

/// Who fills a metric: metrics of one name are only shared by what has one owner.
///
/// The numbers are part of the layout that a successor reads.
package enum MetricOwner: UInt8, Sendable {
    /// The application, through its definitions, handles or swift-metrics.
    case application = 0
    /// JSON events.
    case events = 1
    /// StatsD lines.
    case statsd = 2
    /// Graphite's plaintext lines.
    case carbon = 3
}
