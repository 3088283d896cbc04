import Arena
import Synchronization
import Telemetry
import TelemetryMetrics
import Threads

/// The metrics of all labels of one kind, made when a label is first seen, and their handlers.
///
/// Thread-safe. One lock is held while a metric is made, and one per shard of threads while a handler is looked up.
///
/// A handler without users is cached and given out again. So a handler that is made per call costs neither memory nor the
/// lookup of a series. Cached handlers count as users of their series; ending the series ends them too.
final class LabelTable<Handler: BridgedHandler>: Sendable {
    private let kind: MetricsBridge.LabelKind
    private let store: MetricStore
    private let options: MetricsBridge.Options
    private let constantLabels: [String]
    private let notices: RejectionNotices
    private let targets = Mutex<[String: Target]>([:])
    private let shards: InlineArray<8, Shard>

    private typealias Target = Result<BridgedMetric, RejectionCause>

    /// Fills two cache lines, as adjacent ones are fetched in pairs.
    private struct Shard: ~Copyable, Sendable {
        let caches = Mutex(HandlerCaches<Handler>())
        private let padding = InlineArray<12, UInt64>(repeating: 0)
    }

    init(
        _ kind: MetricsBridge.LabelKind, store: MetricStore, options: MetricsBridge.Options,
        notices: RejectionNotices
    ) {
        self.kind = kind
        self.store = store
        self.options = options
        self.notices = notices
        constantLabels = store.constantLabels.map(\.name)
        shards = InlineArray { _ in Shard() }
    }

    /// A handler of the series of label and dimensions, which is made where there is none.
    ///
    /// - Throws: why there can be none.
    func handler(_ label: String, _ dimensions: [(String, String)]) throws(RejectionCause) -> Handler {
        let shard = Int(ThreadNumber.current) & (shards.count &- 1)
        let lookup = shards[shard].caches.withLock { $0.lookup(label, dimensions) }
        switch lookup {
        case .hit(let handler): return handler
        case .miss(let order, let metric):
            return try make(dimensions, order, metric, shard: shard)
        case nil:
            let metric = try metric(label)
            shards[shard].caches.withLock { $0.add(metric) }
            return try make(
                dimensions, DimensionOrder(of: dimensions, labels: metric.labels), metric, shard: shard)
        }
    }

    /// Makes a handler and caches it, where that is allowed.
    private func make(
        _ dimensions: [(String, String)], _ order: DimensionOrder, _ metric: BridgedMetric, shard: Int
    ) throws(RejectionCause) -> Handler {
        let made = LabelWriter.withText({ order.write(dimensions, to: &$0) }) { text in
            Result { () throws(RejectionCause) in Handler(try metric.use(text)) }
        }
        let handler = try made.get()
        guard handler.use({ $0.isReusable }) else { return handler }
        metric.caches(inShard: shard)
        // Displaced handlers are released here, outside the lock.
        _ = shards[shard].caches.withLock { $0.insert(handler, of: metric.label) }
        return handler
    }

    /// Ends the handler's use of its series, and the uses of the series' idle handlers.
    func destroy(_ handler: Handler) {
        let (key, metric) = handler.use { use in
            use.end()
            return (use.key, use.metric)
        }
        for shard in 0..<shards.count where metric.mayCache(inShard: shard) {
            let unused = shards[shard].caches.withLock { $0.removeUnused(key, of: metric.label) }
            for handler in unused { handler.use { $0.end() } }
        }
    }

    private func metric(_ label: String) throws(RejectionCause) -> BridgedMetric {
        if let own = options.labels[label], !own.fit(kind) { notices.tell(label, "options_ignored") }
        let target = targets.withLock { targets -> Target in
            if let target = targets[label] { return target }
            guard targets.count < options.labelLimit else { return .failure(.labelLimit) }
            if let limit = store.budget.limitReached {
                store.budget.refuse(by: limit)
                return .failure(RejectionCause(limit))
            }
            let target = makeTarget(label)
            targets[label] = target
            return target
        }
        return try target.get()
    }

    private func makeTarget(_ label: String) -> Target {
        guard !label.isEmpty else { return .failure(.badName) }
        do throws(DefinitionErrors) {
            let family = try store.register(kind.definition(of: label, options: options, names: store.names))
            return .success(
                BridgedMetric(
                    family, label: label, constantLabels: constantLabels, names: store.names, notices: notices
                ))
        } catch {
            return .failure(RejectionCause(error))
        }
    }
}
