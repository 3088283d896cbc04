import Arena
import Synchronization
import Telemetry
import TelemetryMetrics

/// How names go: with their slot, their metric, its name and its memory.
extension WireRegistry {
    /// For how long a name that stands for nothing keeps its slot, in milliseconds; then it is decided upon anew.
    static let lifetimeWithoutSeries: UInt64 = 15_000

    /// Forgets the names whose series have all expired, and what was refused a while ago or may be taken by now.
    ///
    /// A name goes once it was not used for as long as its series live. Its metric goes with the last of its names, if it has no series.
    func sweep() {
        let now = store.clock.milliseconds
        let gone = state.withLock { state in
            var gone = Gone(tableCount: names.count)
            forgetUnused(now: now, in: &state, &gone)
            forgetRefused(now: now, in: &state, &gone)
            if !gone.numbers.isEmpty { noteChange() }
            return gone
        }
        guard !gone.numbers.isEmpty else { return }
        // Without the lock, as a retirement may call what other code retired.
        for (table, rows) in zip(names, gone.rows) where !rows.isEmpty { table.recycle(rows) { $0.trim() } }
        retirements.hand(to: ReclamationDomain.shared)
        keep(gone.entries, giveBack: gone.numbers)
    }

    /// What was forgotten.
    private struct Gone {
        var numbers: [Int] = []
        var entries: [WireEntry] = []
        /// By the table of names that they are out of.
        var rows: [[Row]]

        init(tableCount: Int) { rows = Array(repeating: [], count: tableCount) }

        mutating func add(_ number: Int, _ known: WireNames.Known) {
            numbers.append(number)
            entries.append(known.entry)
            rows[known.kind.rawValue].append(known.row)
        }
    }

    /// Names of one metric that were not used for as long as its series live.
    private struct Unused {
        let family: Family
        let lifetime: UInt64
        var names: [(number: Int, known: WireNames.Known)] = []
        /// Whether another name of the metric was used.
        var isNeeded = false
    }

    private func forgetUnused(now: UInt64, in state: inout State, _ gone: inout Gone) {
        for unused in unused(now: now, in: state).values where !unused.names.isEmpty {
            let goes = !unused.isNeeded && store.removeEmpty(unused.family)
            guard goes || unused.isNeeded else { continue }
            if goes { state.sources[unused.family.name] = nil }
            for (number, known) in unused.names {
                // A sample that found the name just now is recorded where the metric stays; where it goes, the closed table has the
                // recorder look for the name again.
                let table = names[known.kind.rawValue]
                let hasEnded =
                    goes ? table.end(known.row) : table.end(known.row, now: now, lifetime: unused.lifetime)
                guard hasEnded else { continue }
                state.names.remove(number)
                gone.add(number, known)
            }
        }
    }

    /// The unused names by the table of their metric.
    private func unused(now: UInt64, in state: borrowing State) -> [ObjectIdentifier: Unused] {
        var metrics: [ObjectIdentifier: Unused] = [:]
        for (number, known) in state.names.slots.enumerated() {
            guard let known, case .metric(let wire) = known.entry else { continue }
            let series = wire.family.series
            let lifetime = series.lifetime ?? (series.table.count == 0 ? Self.lifetimeWithoutSeries : .max)
            let place = ObjectIdentifier(series)
            let new = Unused(family: wire.family, lifetime: lifetime)
            if known.row.idleTime(at: now) >= lifetime {
                metrics[place, default: new].names.append((number, known))
            } else {
                metrics[place, default: new].isNeeded = true
            }
        }
        return metrics
    }

    private func forgetRefused(now: UInt64, in state: inout State, _ gone: inout Gone) {
        let removals = store.removals
        let mayBeFree = removals != state.removals
        state.removals = removals
        for number in state.names.slots.indices {
            guard let known = state.names.slots[number], case .dropped(let cause) = known.entry else {
                continue
            }
            let created = known.row.created
            let isOld = now >= created && now - created >= Self.lifetimeWithoutSeries
            guard isOld || mayBeFree && cause == .nameConflict, names[known.kind.rawValue].end(known.row)
            else { continue }
            state.names.remove(number)
            gone.add(number, known)
        }
    }
}
