import Arena
import Linux
import Synchronization
import Telemetry
package import TelemetryMetrics

/// The metrics that StatsD names stand for, made when a name is first seen.
///
/// Thread-safe; a name that is known costs one look into a table without a lock.
package final class StatsDRegistry: Sendable {
    /// Decides what a name and type stand for; called once for each.
    package typealias Resolver = @Sendable (String, StatsDType) -> StatsDTarget

    /// Where the metrics are.
    package let store: MetricStore
    /// Tags of one line, at most.
    let tagsLimit: Int
    private let resolve: Resolver
    private let limit: Int
    /// One table per type, with the number of the entry plus one for each name.
    private let names: [Table]
    private let entries = Mutex<[Known]>([])
    /// Which name fills which metric, where only one may.
    private let sources: Mutex<[String: String]>

    /// What one name and type stand for.
    enum Entry: Sendable {
        case metric(Family, StatsDMetric)
        case dropped(String)
    }

    /// A name and type that was seen.
    private struct Known: Sendable {
        let name: String
        let type: StatsDType
        let entry: Entry
    }

    /// Makes metrics in `store`, for at most `limit` names; a line has `tagsLimit` tags at most.
    package convenience init(
        store: MetricStore, limit: Int, tagsLimit: Int = StatsDParser.defaultTagsLimit,
        resolve: @escaping Resolver
    ) {
        self.init(store: store, limit: limit, tagsLimit: tagsLimit, sources: [:], resolve: resolve)
    }

    /// Takes the place of `old` with other rules and limits.
    ///
    /// A metric that stays the same keeps its series; one that would be another now begins anew.
    package convenience init(
        succeeding old: StatsDRegistry, limit: Int, tagsLimit: Int = StatsDParser.defaultTagsLimit,
        resolve: @escaping Resolver
    ) {
        let sources = old.sources.withLock(\.self)
        self.init(store: old.store, limit: limit, tagsLimit: tagsLimit, sources: sources, resolve: resolve)
        var successors: [ObjectIdentifier: (family: Family, definitions: [MetricDefinition])] = [:]
        for known in old.entries.withLock(\.self) {
            guard case .metric(let family, _) = known.entry else { continue }
            var definitions: [MetricDefinition] = []
            if case .metric(let metric) = resolve(known.name, known.type) {
                definitions = [metric.definition]
            }
            // In place: a rule may have put all names into one metric.
            successors[ObjectIdentifier(family), default: (family, [])].definitions += definitions
        }
        for (family, definitions) in successors.values {
            // What can't be registered now is refused, and counted, when its name is seen again.
            let kept = try? store.replace([family], with: definitions, owner: .statsd)
            if kept == nil { store.remove([family]) }
        }
    }

    private init(
        store: MetricStore, limit: Int, tagsLimit: Int, sources: [String: String],
        resolve: @escaping Resolver
    ) {
        self.tagsLimit = tagsLimit
        self.sources = Mutex(sources)
        self.store = store
        self.limit = limit
        self.resolve = resolve
        names = StatsDType.allCases.map { _ in
            Table(arena: store.arena, cellCount: 1) { ReclamationDomain.shared.retire($0) }
        }
    }

    /// The entries from `number` on; an entry's number never changes.
    func entries(from number: Int) -> [Entry] {
        entries.withLock { $0[number...].map(\.entry) }
    }

    /// The number of the entry of `name`, made where it is new; nil past the limit or without memory.
    func entryNumber(of name: RawSpan, type: StatsDType) -> Int? {
        let table = names[type.rawValue]
        if let row = table.find(name) { return Int(row.cell(0).bits) - 1 }
        return entries.withLock { entries in
            if let row = table.find(name) { return Int(row.cell(0).bits) - 1 }
            guard entries.count < limit else { return nil }
            let text = name.text(in: 0..<name.byteCount)
            let entry = makeEntry(text, type)
            guard let row = try? table.insert(name, now: 0, initial: UInt64(entries.count + 1)) else {
                return nil
            }
            entries.append(Known(name: text, type: type, entry: entry))
            return Int(row.cell(0).bits) - 1
        }
    }

    /// Of two names that are the same after sanitising, the first one has the metric.
    private func isFirst(_ metric: StatsDMetric, of family: Family) -> Bool {
        guard let source = metric.source else { return true }
        return sources.withLock { sources in
            if let first = sources[family.name] { return first == source }
            sources[family.name] = source
            return true
        }
    }

    private func makeEntry(_ name: String, _ type: StatsDType) -> Entry {
        switch resolve(name, type) {
        case .drop: return .dropped("dropped_by_rule")
        case .metric(let metric):
            do throws(DefinitionErrors) {
                let family = try store.registerOrReuse(metric.definition, owner: .statsd)
                return isFirst(metric, of: family) ? .metric(family, metric) : .dropped("name_conflict")
            } catch {
                return .dropped(Self.cause(of: error))
            }
        }
    }

    private static func cause(of error: DefinitionErrors) -> String {
        if error.errors.contains(where: \.isReservedName) { return "reserved_name" }
        return error.errors.contains(where: \.isConflict) ? "name_conflict" : "bad_name"
    }
}
