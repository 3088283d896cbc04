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

    private let store: MetricStore
    private let resolve: Resolver
    private let limit: Int
    /// One table per type, with the number of the entry plus one for each name.
    private let names: [Table]
    private let entries = Mutex<[Entry]>([])
    /// Which name fills which metric, where only one may.
    private let sources = Mutex<[String: String]>([:])

    /// What one name and type stand for.
    enum Entry: Sendable {
        case metric(Family, StatsDMetric)
        case dropped(String)
    }

    /// Makes metrics in `store`, for at most `limit` names.
    package init(store: MetricStore, limit: Int, resolve: @escaping Resolver) {
        self.store = store
        self.limit = limit
        self.resolve = resolve
        names = StatsDType.allCases.map { _ in
            Table(arena: store.arena, cellCount: 1) { ReadDomain.shared.retire($0) }
        }
    }

    /// All entries so far; an entry's number never changes.
    func allEntries() -> [Entry] { entries.withLock(\.self) }

    /// The number of the entry of `name`, made where it is new; nil past the limit or without memory.
    func entryNumber(of name: RawSpan, type: StatsDType) -> Int? {
        let table = names[type.rawValue]
        if let row = table.find(name) { return Int(row.cell(0).bits) - 1 }
        return entries.withLock { entries in
            if let row = table.find(name) { return Int(row.cell(0).bits) - 1 }
            guard entries.count < limit else { return nil }
            let entry = makeEntry(name, type)
            guard let row = try? table.insert(name, now: 0, initial: UInt64(entries.count + 1)) else {
                return nil
            }
            entries.append(entry)
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

    private func makeEntry(_ name: RawSpan, _ type: StatsDType) -> Entry {
        switch resolve(name.text(in: 0..<name.byteCount), type) {
        case .drop: return .dropped("dropped_by_rule")
        case .metric(let metric):
            do throws(DefinitionErrors) {
                let family = try store.registerOrReuse(metric.definition)
                return isFirst(metric, of: family) ? .metric(family, metric) : .dropped("name_conflict")
            } catch {
                return .dropped(error.errors.contains { $0.isConflict } ? "name_conflict" : "bad_name")
            }
        }
    }
}
