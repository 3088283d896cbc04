import Arena
import Synchronization
import Telemetry

/// The metrics of a predecessor, until somebody defines them again.
///
/// Each is taken once. Thread-safe: one lock guards what is left.
final class Inheritance: Sendable {
    /// A metric of the predecessor, with where its rows are.
    struct Estate: Sendable {
        let record: FamilyRecord
        let table: TableRecord
        let firstBlock: UInt64
    }

    private let arena: ForeignArena
    private let times: TimeTranslation
    private let estates: Mutex<[String: Estate]>
    /// Records that could not be read.
    let broken: Int

    /// Reads which metrics there are.
    init(_ arena: ForeignArena, _ clock: CoarseClock) {
        self.arena = arena
        times = TimeTranslation(from: arena, to: clock)
        let (records, unreadable) = arena.records()
        var broken = unreadable
        var tables: [Int: (TableRecord, UInt64)] = [:]
        for record in records where record.kind == .table {
            if let table = try? TableRecord(bytes: record.payload), let first = record.words.first {
                tables[record.offset] = (table, first)
            } else {
                broken += 1
            }
        }
        var estates: [String: Estate] = [:]
        for record in records where record.kind == .family {
            if let family = try? FamilyRecord(bytes: record.payload),
                let (table, first) = tables[family.table]
            {
                estates[family.definition.exposedName] = Estate(
                    record: family, table: table, firstBlock: first)
            } else {
                broken += 1
            }
        }
        self.broken = broken
        self.estates = Mutex(estates)
    }

    /// The names of what is left.
    var names: [String] { estates.withLock { $0.keys.sorted() } }

    /// What is known of one that is left.
    func record(of name: String) -> FamilyRecord? { estates.withLock { $0[name]?.record } }

    /// Has `family` go on with the series that the predecessor had of it, where it is the same metric.
    ///
    /// - Returns: what became of them; nil where there was no metric of that name.
    func settle(_ family: Family) -> Settlement? {
        guard let estate = estates.withLock({ $0.removeValue(forKey: family.name) }) else { return nil }
        guard estate.record.definition.isSame(as: family.definition),
            estate.record.isInternal == family.isInternal
        else { return .changed }
        return .continued(move(estate, to: family))
    }

    /// What became of a metric's series.
    enum Settlement: Equatable {
        /// They go on.
        case continued(Count)
        /// It is another metric now, which begins anew.
        case changed

        struct Count: Equatable {
            var series = 0
            /// Series whose rows or values could not be trusted.
            var broken = 0
            /// Series without memory for all that they held.
            var cut = 0
        }
    }

    private func move(_ estate: Estate, to family: Family) -> Settlement.Count {
        var count = Settlement.Count()
        let layout = family.layout
        let scale = layout.native?.value.scale ?? layout.window?.value.scale
        let reader = SeriesStateReader(
            estate.record.definition, first: estate.record.first, rest: estate.record.rest, scale: scale)
        count.broken += arena.forEachRow(from: estate.firstBlock, estate.table.shape) { row in
            guard row.present & estate.record.bit != 0 else { return }
            guard let state = reader.read(row, in: arena).map(times.translated) else {
                count.broken += 1
                return
            }
            let idleSince = times.idleSince(row, lifetime: family.series.lifetime)
            let isWhole = family.series.inherit(
                times.translated(row), bit: layout.bit, idleSince: idleSince
            ) {
                state.restore(into: $0, of: family)
            }
            switch isWhole {
            case true?: count.series += 1
            case false?: (count.series, count.cut) = (count.series + 1, count.cut + 1)
            case nil: count.broken += 1
            }
        }
        family.series.settle()
        return count
    }
}

extension SeriesTable {
    /// Makes the row of a predecessor's row and has `restore` fill it, which says whether there was memory for all.
    ///
    /// - Parameter idleSince: since when it was not updated; nil where it was lately.
    /// - Returns: that; nil where the row's labels can't be trusted, or where there is no memory for it.
    func inherit(
        _ row: ForeignRow, bit: UInt64, idleSince: UInt64?, _ restore: (Row) -> Bool
    ) -> Bool? {
        ReclamationDomain.shared.read {
            guard let new = makeRow(of: row) else { return nil }
            let isWhole = restore(new)
            new.present.set(bit)
            if let idleSince { new.makeIdle(since: idleSince) }
            return isWhole
        }
    }

    private func makeRow(of row: ForeignRow) -> Row? {
        let isOverflow = row.text == Self.overflowText
        var hash = unsafe table.hash(of: row.text.span.bytes)
        if !labelStarts.isEmpty, !isOverflow {
            guard let values = RenderedLabels.values(in: row.text, of: labels) else { return nil }
            hash = LabelWriter.withValues(
                { writer in for value in values { writer.appendValue { $0.append(raw: value) } } },
                { table.hash(ofValues: $0) })
        }
        // The seed is that of the predecessor too.
        guard hash == row.hash else { return nil }
        return unsafe try? table.insert(row.text.span.bytes, hash: hash, now: row.created, isPrivileged: true)
    }
}
