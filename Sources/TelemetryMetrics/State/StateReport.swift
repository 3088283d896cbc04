package import Arena
import Telemetry

/// What the state of a process holds, for who looks at it without that process.
package struct StateReport: Sendable {
    /// A metric of it.
    package struct Metric: Sendable, Equatable {
        /// As it is exposed.
        package let name: String
        package let kind: MetricKind
        /// None where each series brings its own.
        package let labels: [String]
        /// Series that can be read.
        package var series: Int
        /// Bytes of its rows; of rows that several metrics share, each has its part.
        package let byteCount: Int
        /// Whether a successor goes on with it.
        package let isKept: Bool
    }

    /// In the order of their names.
    package private(set) var metrics: [Metric] = []
    /// Names from wires that stand for metrics.
    package private(set) var nameCount = 0
    /// What can't be trusted: a sentence with its place for each, as far as they are kept.
    package private(set) var problems: [String] = []
    /// How many more there are.
    package private(set) var furtherProblems = 0

    private static let keptProblems = 1000

    /// Reads all of it, as a successor would.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    package init(_ arena: ForeignArena) throws(ArenaError) {
        let (records, broken) = arena.records()
        if broken > 0 { note("\(broken) records are not what was written") }
        var tables: [Int: (shape: RowShape, first: UInt64)] = [:]
        for record in records where record.kind == .table {
            guard let table = try? TableRecord(bytes: record.payload), let first = record.words.first else {
                note("the record of a table at \(record.offset) can't be read")
                continue
            }
            tables[record.offset] = (table.shape, first)
        }
        let times = TimeTranslation(from: arena, to: .system)
        var sharing: [Int: [FamilyRecord]] = [:]
        for record in records {
            switch record.kind {
            case .family:
                if let family = try? FamilyRecord(bytes: record.payload), tables[family.table] != nil {
                    sharing[family.table, default: []].append(family)
                } else {
                    note("the record of a metric at \(record.offset) can't be read")
                }
            case .names:
                var count = 0
                let unreadable = InheritedNames(record, in: arena, times)?.forEach { _ in count += 1 } ?? 1
                nameCount += count
                if unreadable > 0 {
                    note("\(unreadable) names in the table at \(record.offset) can't be read")
                }
            default: break
            }
        }
        let reader = try StateRowReader(arena)
        for (offset, families) in sharing.sorted(by: { $0.key < $1.key }) {
            guard let table = tables[offset] else { continue }
            look(at: families, ForeignRows(arena, from: table.first, table.shape), table.shape, reader)
        }
        metrics.sort { $0.name < $1.name }
    }

    private mutating func look(
        at families: [FamilyRecord], _ rows: ForeignRows, _ shape: RowShape, _ reader: StateRowReader
    ) {
        let starts = LabelStart.all(of: families[0].definition.labels)
        let readers = families.map { reader.reader(of: $0, shape) }
        var counts = families.map { _ in 0 }
        for (family, reader) in zip(families, readers) where reader == nil {
            note("\(family.definition.exposedName): its definition can't be right")
        }
        let unreadable = rows.forEach { row in
            guard reader.isTrusted(row, starts) else {
                let names = families.filter { row.present & $0.bit != 0 }.map(\.definition.exposedName)
                return note(
                    "\(names.joined(separator: ", ")): the row at \(row.offset) has other labels than it had")
            }
            for (index, family) in families.enumerated() where row.present & family.bit != 0 {
                guard let reader = readers[index] else { continue }
                if reader.read(row, in: rows.arena) != nil {
                    counts[index] += 1
                } else {
                    note(
                        "\(family.definition.exposedName): the row at \(row.offset) has no value that can be right"
                    )
                }
            }
        }
        for place in unreadable {
            note("\(families[0].definition.exposedName): the rows from \(place) on can't be read")
        }
        for (family, count) in zip(families, counts) {
            metrics.append(
                Metric(
                    name: family.definition.exposedName, kind: family.definition.kind,
                    labels: family.definition.labels, series: count,
                    byteCount: rows.byteCount / families.count,
                    isKept: family.isKept))
        }
    }

    private mutating func note(_ problem: String) {
        if problems.count < Self.keptProblems { problems.append(problem) } else { furtherProblems += 1 }
    }
}

/// Judges rows as a successor does, without making any.
private struct StateRowReader {
    private let store: MetricStore
    private let table: Table

    init(_ arena: ForeignArena) throws(ArenaError) {
        // For the hashes and the scales of distributions; nothing is taken from the arena.
        store = try MetricStore(names: .utf8, seed: arena.seed)
        table = Table(arena: store.arena, cellCount: 1) { ReclamationDomain.shared.retire($0) }
    }

    func reader(of family: FamilyRecord, _ shape: RowShape) -> SeriesStateReader? {
        let problems = family.definition.problems(
            exposedName: family.definition.exposedName, constantLabels: [], names: store.names)
        guard problems.isEmpty, let layout = try? store.layout(family.definition, first: 0, rest: 0, bit: 1)
        else { return nil }
        return SeriesStateReader(
            family, shape, scale: layout.value.native?.value.scale ?? layout.value.window?.value.scale)
    }

    func isTrusted(_ row: ForeignRow, _ starts: [LabelStart]) -> Bool {
        row.withText { table.hash(ofLabels: $0, between: starts, store.names) == row.hash }
    }
}
