import Arena
import Bytes
import Synchronization
import Telemetry
package import TelemetryMetrics

/// The metrics that the names of one source stand for, made when a name is first seen.
///
/// Thread-safe; a known name costs one lookup without a lock.
package final class WireRegistry: Sendable {
    /// Decides what a name and kind stand for; called once for each.
    package typealias Resolver = @Sendable (String, SampleKind) -> WireTarget

    /// Where the metrics are.
    package let store: MetricStore
    /// The default limit of labels per sample.
    package static let defaultLabelsLimit = 64
    /// Labels of one sample, at most.
    let labelsLimit: Int
    private let owner: MetricOwner
    private let resolve: Resolver
    private let limit: Int
    /// One table per kind, with the number of the entry plus one for each name.
    private let names: [Table]
    private let entries = Mutex<[Known]>([])
    /// Which name fills which metric, where only one may.
    private let sources: Mutex<[String: String]>

    /// What one name and kind stand for.
    enum Entry: Sendable {
        case metric(Family, WireMetric)
        case dropped(RejectionCause)
    }

    /// A name and kind that was seen.
    private struct Known: Sendable {
        let name: String
        let kind: SampleKind
        let entry: Entry
    }

    /// Makes metrics of `owner` in `store`, for at most `limit` names; a sample has `labelsLimit` labels at most.
    package convenience init(
        store: MetricStore, owner: MetricOwner, limit: Int, labelsLimit: Int = defaultLabelsLimit,
        resolve: @escaping Resolver
    ) {
        self.init(
            store: store, owner: owner, limit: limit, labelsLimit: labelsLimit, sources: [:], resolve: resolve
        )
    }

    /// Succeeds `old` with other rules and limits.
    ///
    /// A metric whose definition stays the same keeps its series; another one begins anew.
    package convenience init(
        succeeding old: WireRegistry, limit: Int, labelsLimit: Int = defaultLabelsLimit,
        resolve: @escaping Resolver
    ) {
        let sources = old.sources.withLock(\.self)
        self.init(
            store: old.store, owner: old.owner, limit: limit, labelsLimit: labelsLimit, sources: sources,
            resolve: resolve)
        var successors: [ObjectIdentifier: (family: Family, definitions: [MetricDefinition])] = [:]
        for known in old.entries.withLock(\.self) {
            guard case .metric(let family, _) = known.entry else { continue }
            var definitions: [MetricDefinition] = []
            if case .metric(let metric) = resolve(known.name, known.kind) {
                definitions = [metric.definition]
            }
            // Appended in place: a rule may have mapped all names to one metric.
            successors[ObjectIdentifier(family), default: (family, [])].definitions += definitions
        }
        for (family, definitions) in successors.values {
            // A metric that can't be registered now is refused, and counted, when its name is seen again.
            let kept = try? store.replace([family], with: definitions.map { [$0] }, owner: owner)
            if kept == nil { store.remove([family]) }
        }
    }

    private init(
        store: MetricStore, owner: MetricOwner, limit: Int, labelsLimit: Int, sources: [String: String],
        resolve: @escaping Resolver
    ) {
        self.labelsLimit = labelsLimit
        self.owner = owner
        self.sources = Mutex(sources)
        self.store = store
        self.limit = limit
        self.resolve = resolve
        names = SampleKind.allCases.map { _ in
            Table(arena: store.arena, cellCount: 1) { ReclamationDomain.shared.retire($0) }
        }
    }

    /// The entries from `number` on; an entry's number never changes.
    func entries(from number: Int) -> [Entry] {
        entries.withLock { $0[number...].map(\.entry) }
    }

    /// The number of the entry of `name`, made where it is new; nil past the limit or without memory.
    func entryNumber(of name: RawSpan, kind: SampleKind) -> Int? {
        let table = names[kind.rawValue]
        if let row = table.find(name) { return Int(row.cell(0).bits) - 1 }
        return entries.withLock { entries in
            if let row = table.find(name) { return Int(row.cell(0).bits) - 1 }
            guard entries.count < limit else { return nil }
            let text = name.text(in: 0..<name.byteCount)
            let entry = makeEntry(text, kind)
            guard let row = try? table.insert(name, now: 0, initial: UInt64(entries.count + 1)) else {
                return nil
            }
            entries.append(Known(name: text, kind: kind, entry: entry))
            return Int(row.cell(0).bits) - 1
        }
    }

    /// Of two names that are the same after sanitising, the first one has the metric.
    private func isFirst(_ metric: WireMetric, of family: Family) -> Bool {
        guard let source = metric.source else { return true }
        return sources.withLock { sources in
            if let first = sources[family.name] { return first == source }
            sources[family.name] = source
            return true
        }
    }

    private func makeEntry(_ name: String, _ kind: SampleKind) -> Entry {
        switch resolve(name, kind) {
        case .drop: return .dropped(.droppedByRule)
        case .metric(let metric):
            do throws(DefinitionErrors) {
                let family = try store.registerOrReuse(metric.definition, owner: owner)
                return isFirst(metric, of: family) ? .metric(family, metric) : .dropped(.nameConflict)
            } catch {
                return .dropped(RejectionCause(error))
            }
        }
    }
}
