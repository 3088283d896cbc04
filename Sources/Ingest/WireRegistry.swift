import Arena
import Bytes
import Synchronization
import Telemetry
package import TelemetryMetrics

/// The metrics that the names of one source stand for, made when a name is first seen, and gone once nothing is left of it.
///
/// Thread-safe; a name that is known costs one look into a table without a lock. See docs/decisions/0012-one-ingest.md for how a name
/// goes while others record.
package final class WireRegistry: Sendable {
    /// Decides what a name and kind stand for, by them alone; called for each that is not known, and again after a change, mostly
    /// without the registry's lock.
    package typealias Resolver = @Sendable (String, SampleKind) -> WireTarget

    /// What names stand for and how many there may be.
    package struct Rules: Sendable {
        /// Distinct names at a time; one that is known stays, whatever the limit becomes.
        package var limit: Int
        /// Labels of one sample, at most.
        package var labelsLimit: Int
        /// Whether `resolve` may answer `drop`; where it never does, it is not asked for names past the limit.
        package var dropsNames: Bool
        /// What a name stands for.
        package var resolve: Resolver

        /// Rules for so many names.
        package init(
            limit: Int, labelsLimit: Int = defaultLabelsLimit, dropsNames: Bool = true,
            resolve: @escaping Resolver
        ) {
            self.limit = limit
            self.labelsLimit = labelsLimit
            self.dropsNames = dropsNames
            self.resolve = resolve
        }
    }

    /// Labels of one sample where nothing else is said.
    package static let defaultLabelsLimit = 64

    /// Where the metrics are.
    package let store: MetricStore
    let owner: MetricOwner
    /// One table per kind, with the number of the entry plus one for each name.
    let names: [Table]
    /// Of the tables of names, until the lock is free.
    let retirements: DeferredRetirements
    let state: Mutex<State>
    /// Numbers of names that are gone, which no recorder knows any more; apart, as they come from within a retirement.
    let returned = Mutex<[Int]>([])
    private let changes = Atomic<UInt64>(0)

    struct State: ~Copyable {
        var rules: Rules
        /// How often the rules changed.
        var rulesNumber = 0
        var names = WireNames()
        /// Which name fills which metric, where only one may.
        var sources: [String: String] = [:]
        /// Of the store, when the names were last gone through.
        var removals: UInt64 = 0
    }

    /// Makes metrics of `owner` in `store` by `rules`; sweeps of the store take names along.
    package init(store: MetricStore, owner: MetricOwner, _ rules: Rules) {
        self.store = store
        self.owner = owner
        state = Mutex(State(rules: rules))
        let retirements = DeferredRetirements()
        self.retirements = retirements
        names = SampleKind.allCases.map { kind in
            // Without memory for it, a successor decides upon the names anew.
            let record = try? store.arena.makeRecord(
                .names, words: 1, payload: InheritedNames.record(of: owner, kind: UInt8(kind.rawValue)))
            return Table(arena: store.arena, cellCount: 1, record: record) { retirements.add($0) }
        }
        inheritNames()
        store.addSweeper { [weak self] in self?.sweep() }
    }

    // It ends with its store, which may end a little later.
    deinit { store.arena.leave() }

    /// How often entries changed: what was read before may be stale.
    ///
    /// To be asked within the reclamation domain: who enters it after a retirement sees all changes from before that.
    var generation: UInt64 { changes.load(ordering: .sequentiallyConsistent) }

    /// Makes what recorders read before stale.
    func noteChange() { changes.wrappingAdd(1, ordering: .sequentiallyConsistent) }

    /// Labels of one sample, at most.
    var labelsLimit: Int { state.withLock { $0.rules.labelsLimit } }

    /// How many names are known.
    package var count: Int { state.withLock { $0.names.count } }

    /// The entries from `number` on.
    func entries(from number: Int) -> [RecorderEntry] {
        state.withLock { $0.names.slots[number...].map { RecorderEntry($0?.entry) } }
    }

    /// The entry of a number that was found.
    func entry(_ number: Int) -> RecorderEntry {
        state.withLock { RecorderEntry($0.names.slots[number]?.entry) }
    }

    /// The number of the entry of `name`, made where it is new.
    ///
    /// Within the reclamation domain, a number stands for the same name from the frame's beginning to its end.
    /// - Throws: why samples of a name that can't be remembered are refused.
    func entryNumber(of name: RawSpan, kind: SampleKind) throws(RejectionCause) -> Int {
        if let number = knownNumber(of: name, kind: kind) { return number }
        return try newEntryNumber(of: name, kind: kind)
    }

    /// With the lock, the name stays: names end under it.
    @inline(__always)
    func knownNumber(of name: RawSpan, kind: SampleKind) -> Int? {
        guard let row = names[kind.rawValue].find(name), row.touch() else { return nil }
        return Int(row.cell(0).bits) - 1
    }

    /// Returns once no sweep is at work that began before: what it closed, no name stands for any more.
    func awaitSweep() { state.withLock { _ in } }

    func makeEntry(_ target: WireTarget, _ sources: inout [String: String]) -> WireEntry {
        guard case .metric(let metric) = target else { return .dropped(.droppedByRule) }
        let family = Result { () throws(DefinitionErrors) in
            try store.registerOrReuse(metric.definition, owner: owner)
        }
        return Self.entry(metric, family, &sources)
    }

    /// Of two names that are the same after sanitising, the first one has the metric.
    private static func entry(
        _ metric: WireMetric, _ family: Result<Family, DefinitionErrors>, _ sources: inout [String: String]
    ) -> WireEntry {
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
        // Without the lock, which new names wait for: many rules and many names take long.
        let seen = state.withLock { $0.names.slots }
        let decided = seen.map { $0.map { rules.resolve($0.name, $0.kind) } }
        let old = state.withLock { state in
            let known = state.names.slots.enumerated().compactMap { number, known in
                known.map { (number: number, known: $0) }
            }
            let old = known.map(\.known.entry)
            let targets = known.map { number, known in
                if number < seen.count, let before = seen[number], before.name == known.name,
                    before.kind == known.kind, let target = decided[number]
                {
                    return target
                }
                return rules.resolve(known.name, known.kind)
            }
            let definitions = targets.compactMap { target -> MetricDefinition? in
                if case .metric(let metric) = target { metric.definition } else { nil }
            }
            let families = old.compactMap { entry -> Family? in
                if case .metric(let series) = entry { series.family } else { nil }
            }
            var replaced = store.replaceEach(families, with: definitions, owner: owner)[...]
            state.sources = [:]
            for ((number, _), target) in zip(known, targets) {
                var entry = WireEntry.dropped(.droppedByRule)
                if case .metric(let metric) = target, let family = replaced.popFirst() {
                    entry = Self.entry(metric, family, &state.sources)
                }
                state.names.change(number, to: entry)
                state.names.slots[number]?.mark()
            }
            state.rules = rules
            state.rulesNumber += 1
            noteChange()
            return old
        }
        keep(old, giveBack: [])
    }

    /// Keeps entries that were changed until no recorder can use them any more, and gives back their numbers then.
    func keep(_ entries: [WireEntry], giveBack numbers: [Int]) {
        ReclamationDomain.shared.retire { [weak self] in
            withExtendedLifetime(entries) { self?.returned.withLock { $0 += numbers } }
        }
    }
}
