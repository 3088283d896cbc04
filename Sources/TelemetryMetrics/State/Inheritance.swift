import Arena
import Synchronization

/// What a predecessor had, until somebody takes it: metrics, and names from wires.
///
/// Each is taken once; what is left keeps the predecessor's memory until `close`. Thread-safe: one lock guards it.
final class Inheritance: Sendable {
    private let left: Mutex<Left>

    private struct Left {
        var estates: [String: Estate] = [:]
        var names: [InheritedNames] = []
        var outcome = AdoptionOutcome()
    }

    /// Reads which metrics and names there are; none without a predecessor.
    init(_ arena: ForeignArena?, _ clock: CoarseClock) {
        var left = Left()
        left.outcome.isForsaken = arena?.isForsaken ?? false
        guard let arena, !arena.isForsaken else {
            self.left = Mutex(left)
            return
        }
        let times = TimeTranslation(from: arena, to: clock)
        let (records, unreadable) = arena.records()
        left.outcome.brokenRecords = unreadable
        var tables: [Int: (shape: RowShape, first: UInt64)] = [:]
        for record in records where record.kind == .table {
            guard let table = try? TableRecord(bytes: record.payload), let first = record.words.first else {
                left.outcome.brokenRecords += 1
                continue
            }
            tables[record.offset] = (table.shape, first)
        }
        for record in records {
            switch record.kind {
            case .family:
                guard let family = try? FamilyRecord(bytes: record.payload),
                    let (shape, first) = tables[family.table], let shown = record.words.first
                else {
                    left.outcome.brokenRecords += 1
                    continue
                }
                guard family.isKept else { continue }
                let estate = Estate(
                    arena, family, shape: shape, firstBlock: first,
                    shownBefore: shown > 0 ? times.translated(shown - 1) : nil, times: times)
                left.estates[estate.name] = estate
            case .names:
                guard let names = InheritedNames(record, in: arena, times) else {
                    left.outcome.brokenRecords += 1
                    continue
                }
                left.names.append(names)
            default: break
            }
        }
        self.left = Mutex(left)
    }

    /// Takes the metric of that name; nil where there is none.
    func take(_ name: String) -> Estate? { left.withLock { $0.estates.removeValue(forKey: name) } }

    /// Has a metric be taken by somebody else.
    func giveBack(_ estate: Estate) { left.withLock { $0.estates[estate.name] = estate } }

    /// Takes the names that a source knew.
    func takeNames(of owner: MetricOwner) -> [InheritedNames] {
        left.withLock { left in
            let names = left.names.filter { $0.owner == owner }
            left.names.removeAll { $0.owner == owner }
            return names
        }
    }

    /// The metrics that are left, those of one table together, in the order of their names.
    var rest: [[Estate]] {
        let estates = left.withLock { $0.estates.values.sorted { $0.name < $1.name } }
        var groups: [[Estate]] = []
        var places: [Int: Int] = [:]
        for estate in estates {
            if let place = places[estate.table] {
                groups[place].append(estate)
            } else {
                places[estate.table] = groups.count
                groups.append([estate])
            }
        }
        return groups
    }

    /// Forgets what is left, and with it the predecessor's memory.
    func close() {
        left.withLock {
            $0.estates = [:]
            $0.names = []
        }
    }

    /// What became of what was taken so far.
    var outcome: AdoptionOutcome { left.withLock(\.outcome) }

    /// Changes what is known of that.
    func note<Result>(_ change: (inout AdoptionOutcome) -> Result) -> Result {
        left.withLock { change(&$0.outcome) }
    }
}
