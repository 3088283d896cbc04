import Arena
import Bytes
import Telemetry

/// Has metrics that share a table go on with series of a predecessor: each of its rows is read once, whatever it holds.
struct Adoption {
    private let series: SeriesTable
    private var heirs: [Heir] = []
    private var broken = 0

    private struct Heir {
        let estate: Estate
        let reader: SeriesStateReader
        let family: Family
        /// Of the metric in the row that is read.
        let bit: UInt64
        let layout: CellLayout
    }

    /// An adoption into the table that the metrics of `heirs` share.
    init(_ heirs: [(family: Family, estate: Estate)], into series: SeriesTable) {
        self.series = series
        for (family, estate) in heirs {
            let layout = family.layout
            let scale = layout.native?.value.scale ?? layout.window?.value.scale
            guard let reader = SeriesStateReader(estate.record, estate.shape, scale: scale) else {
                broken += 1
                continue
            }
            self.heirs.append(
                Heir(estate: estate, reader: reader, family: family, bit: estate.record.bit, layout: layout))
        }
    }

    /// Makes the series.
    func run() -> AdoptionOutcome {
        var outcome = AdoptionOutcome()
        outcome.broken = broken
        var rest = heirs
        while let first = rest.first {
            let together = rest.filter {
                $0.estate.table == first.estate.table && $0.estate.arena === first.estate.arena
            }
            rest.removeAll { $0.estate.table == first.estate.table && $0.estate.arena === first.estate.arena }
            adopt(first.estate, together, &outcome)
        }
        series.settle()
        return outcome
    }

    private func adopt(_ estate: Estate, _ heirs: [Heir], _ outcome: inout AdoptionOutcome) {
        let rows = estate.rows
        let bits = heirs.reduce(0) { $0 | $1.bit }
        series.table.reserve(rows.estimatedCount)
        let unreadable = rows.forEach { row in
            let present = row.present
            guard present & bits != 0 else { return }
            ReclamationDomain.shared.read { adopt(row, present, heirs, &outcome) }
        }
        outcome.broken += unreadable.count
    }

    private func adopt(
        _ row: ForeignRow, _ present: UInt64, _ heirs: [Heir], _ outcome: inout AdoptionOutcome
    ) {
        var made: Row?
        for heir in heirs where present & heir.bit != 0 {
            let state =
                heir.reader.isPlain(row)
                ? nil : heir.reader.read(row, in: heir.estate.arena).map(heir.estate.times.translated)
            guard state != nil || heir.reader.isRight(row) else {
                outcome.broken += 1
                continue
            }
            if made == nil {
                switch series.makeRow(of: row, heir.estate.times) {
                case .made(let new): made = new
                case .untrusted: return outcome.broken += heirs.count { present & $0.bit != 0 }
                case .noMemory: return outcome.cut += heirs.count { present & $0.bit != 0 }
                }
            }
            // Two rows with one text are none.
            guard let new = made, new.present.bits & heir.layout.bit == 0 else {
                outcome.broken += 1
                continue
            }
            outcome.series += 1
            if let state {
                if !state.restore(into: new, of: heir.family) { outcome.cut += 1 }
            } else {
                heir.reader.copy(row, to: new, heir.layout)
            }
            new.present.set(heir.layout.bit)
        }
    }
}

extension SeriesTable {
    /// What becomes of a row of a predecessor.
    enum NewRow {
        case made(Row)
        /// Its labels are not what they were.
        case untrusted
        case noMemory
    }

    /// Makes the row of a predecessor's row, without values; or finds it, where a metric of the same labels was in another table.
    func makeRow(of row: ForeignRow, _ times: TimeTranslation) -> NewRow {
        row.withText { text in
            // The seed is that of the predecessor too.
            guard table.hash(ofLabels: text, between: labelStarts, names) == row.hash else {
                return .untrusted
            }
            do throws(ArenaError) {
                let new = try table.insert(
                    text, hash: row.hash, now: times.translated(row.created), isPrivileged: true)
                guard let new else { return .noMemory }
                if let idleSince = times.idleSince(row.idleSince, lifetime: lifetime) {
                    if new.present.bits == 0 { new.makeIdle(since: idleSince) }
                } else {
                    _ = new.touch()
                }
                return .made(new)
            } catch {
                return .noMemory
            }
        }
    }
}

extension Table {
    /// The hash of the row of a label text, which is made of these `starts` and values, or of any labels where there are none; nil
    /// where it is not.
    func hash(
        ofLabels text: borrowing RawSpan, between starts: [LabelStart], _ names: NameValidation
    ) -> UInt64? {
        let range = 0..<text.byteCount
        guard text.isASCII(in: range) || text.isUTF8(in: range) else { return nil }
        guard !starts.isEmpty else { return RenderedLabels.isValid(text, names) ? hash(of: text) : nil }
        if text.holds(SeriesTable.overflowText, in: range) { return hash(of: text) }
        var isWhole = true
        let hash = LabelWriter.withValues(
            { writer in
                isWhole = RenderedLabels.forEachValue(in: text, between: starts) { range, isEscaped in
                    writer.appendValue {
                        RenderedLabels.append(text, range, isEscaped: isEscaped, to: &$0)
                    }
                }
            }, { self.hash(ofValues: $0) })
        return isWhole ? hash : nil
    }
}
