import Arena
import Bytes
import Synchronization
import Telemetry
package import TelemetryMetrics

/// The metrics that the names of one source stand for, made when a name is first seen.
///
/// Thread-safe; a name that is known costs one look into a table without a lock.
package final class WireRegistry: Sendable {
    /// Decides what a name and kind stand for; called once for each, and again after a change.
    package typealias Resolver = @Sendable (String, SampleKind) -> WireTarget

    /// What names stand for and how many there may be.
    package struct Rules: Sendable {
        /// Distinct names; one that is known stays, whatever the limit becomes.
        package var limit: Int
        /// Labels of one sample, at most.
        package var labelsLimit: Int
        /// What a name stands for.
        package var resolve: Resolver

        /// Rules for so many names.
        package init(limit: Int, labelsLimit: Int = defaultLabelsLimit, resolve: @escaping Resolver) {
            self.limit = limit
            self.labelsLimit = labelsLimit
            self.resolve = resolve
        }
    }

    /// Labels of one sample where nothing else is said.
    package static let defaultLabelsLimit = 64

    /// Where the metrics are.
    package let store: MetricStore
    private let owner: MetricOwner
    /// One table per kind, with the number of the entry plus one for each name.
    private let names: [Table]
    private let state: Mutex<State>
    private let changes = Atomic<UInt64>(0)

    private struct State: ~Copyable {
        var rules: Rules
        var known: [Known] = []
        /// Which name fills which metric, where only one may.
        var sources: [String: String] = [:]
    }

    /// What one name and kind stand for.
    enum Entry: Sendable {
        case metric(WireSeries)
        case dropped(RejectionCause)
    }

    /// A name and kind that was seen.
    private struct Known: Sendable {
        let name: String
        let kind: SampleKind
        var entry: Entry
    }

    /// Makes metrics of `owner` in `store` by `rules`.
    package init(store: MetricStore, owner: MetricOwner, _ rules: Rules) {
        self.store = store
        self.owner = owner
        state = Mutex(State(rules: rules))
        names = SampleKind.allCases.map { _ in
            Table(arena: store.arena, cellCount: 1) { ReclamationDomain.shared.retire($0) }
        }
    }

    /// How often the rules changed: entries that were read before are stale then.
    var generation: UInt64 { changes.load(ordering: .acquiring) }

    /// Labels of one sample, at most.
    var labelsLimit: Int { state.withLock { $0.rules.labelsLimit } }

    /// The entries from `number` on; an entry's number never changes.
    func entries(from number: Int) -> [Entry] {
        state.withLock { $0.known[number...].map(\.entry) }
    }

    /// The number of the entry of `name`, made where it is new; nil past the limit or without memory.
    func entryNumber(of name: RawSpan, kind: SampleKind) -> Int? {
        let table = names[kind.rawValue]
        if let row = table.find(name) { return Int(row.cell(0).bits) - 1 }
        return state.withLock { state in
            if let row = table.find(name) { return Int(row.cell(0).bits) - 1 }
            guard state.known.count < state.rules.limit else { return nil }
            let text = name.text(in: 0..<name.byteCount)
            let target = state.rules.resolve(text, kind)
            // Not remembered, as there may be room the next time.
            guard hasRoom(for: target) else { return nil }
            let number = state.known.count
            guard let row = try? table.insert(name, now: 0, initial: UInt64(number + 1)) else { return nil }
            state.known.append(Known(name: text, kind: kind, entry: makeEntry(target, &state.sources)))
            return Int(row.cell(0).bits) - 1
        }
    }

    private func hasRoom(for target: WireTarget) -> Bool {
        guard case .metric(let metric) = target else { return true }
        return store.limitReached(by: metric.definition, owner: owner) == nil
    }

    private func makeEntry(_ target: WireTarget, _ sources: inout [String: String]) -> Entry {
        guard case .metric(let metric) = target else { return .dropped(.droppedByRule) }
        let family = Result { () throws(DefinitionErrors) in
            try store.registerOrReuse(metric.definition, owner: owner)
        }
        return Self.entry(metric, family, &sources)
    }

    /// Of two names that are the same after sanitising, the first one has the metric.
    private static func entry(
        _ metric: WireMetric, _ family: Result<Family, DefinitionErrors>, _ sources: inout [String: String]
    ) -> Entry {
        switch family {
        case .failure(let errors): return .dropped(RejectionCause(errors))
        case .success(let family):
            let series = WireSeries(family, metric)
            guard let source = metric.source else { return .metric(series) }
            let first = sources[family.name] ?? source
            sources[family.name] = first
            return first == source ? .metric(series) : .dropped(.nameConflict)
        }
    }

    /// Has all names, those that are known too, stand for what `rules` say; for one caller at a time.
    ///
    /// A metric that stays the same keeps its series; one that would be another now begins anew. A frame that is being recorded may
    /// still fill the metrics of before.
    package func change(to rules: Rules) {
        state.withLock { state in
            let targets = state.known.map { rules.resolve($0.name, $0.kind) }
            let old = state.known.compactMap { known -> Family? in
                if case .metric(let series) = known.entry { series.family } else { nil }
            }
            let definitions = targets.compactMap { target -> MetricDefinition? in
                if case .metric(let metric) = target { metric.definition } else { nil }
            }
            var families = store.replaceEach(old, with: definitions, owner: owner)[...]
            state.sources = [:]
            for (index, target) in targets.enumerated() {
                guard case .metric(let metric) = target, let family = families.popFirst() else {
                    state.known[index].entry = .dropped(.droppedByRule)
                    continue
                }
                state.known[index].entry = Self.entry(metric, family, &state.sources)
            }
            state.rules = rules
            changes.wrappingAdd(1, ordering: .releasing)
        }
    }
}

/// The series that the samples of one name are recorded in: an object, as samples of each line refer to it.
final class WireSeries: Sendable {
    let family: Family
    /// As in `WireMetric`.
    let labels: [(name: String, value: String)]
    let factor: Double

    fileprivate init(_ family: Family, _ metric: WireMetric) {
        self.family = family
        labels = metric.labels
        factor = metric.factor
    }
}
