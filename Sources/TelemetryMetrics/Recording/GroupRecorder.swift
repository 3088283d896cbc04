import Arena
import Telemetry

/// Records what was measured of an event into the metrics of one table.
///
/// Thread-safe and, but for a series' first event, without a lock and without allocating.
final class GroupRecorder: Sendable {
    private let series: SeriesTable
    private let families: [Family]
    private let columns: [Stored<Column>]
    private let factors: [Double]
    let labelStarts: [LabelStart]
    /// The one series of metrics without labels, which is held unless it may expire.
    private let only: HeldRow?

    private struct HeldRow {
        let row: Row
        let cells: StripedCells
    }

    /// Metrics with the same labels, at least one.
    init(_ families: [Family]) {
        self.families = families
        series = families[0].series
        columns = families.map(\.stored)
        factors = families.map { $0.definition.conversionFactor ?? 1 }
        labelStarts = families[0].labelStarts
        guard labelStarts.isEmpty, families[0].definition.expiry == nil else {
            only = nil
            return
        }
        let series = series
        only = LabelWriter.withText({ _ in }, { series.pinnedRow(for: $0) }).map {
            HeldRow(row: $0, cells: series.table.stripedCells(of: $0))
        }
    }

    deinit { only?.row.unpin() }

    /// Records what `measure` puts into the buffer, one value per metric, into the one series of metrics without labels.
    func record(_ measure: (inout ValueBuffer) -> Void) -> EventOutcome {
        ValueBuffer.with(capacity: columns.count) { values in
            measure(&values)
            guard let only else { return LabelWriter.withText({ _ in }) { record(values, labels: $0) } }
            var outcome = EventOutcome()
            let accepted = accept(values, &outcome)
            if accepted != 0 { update(only.row, only.cells.mine, values, accepted, &outcome) }
            return outcome
        }
    }

    /// Records what `measure` puts into the buffer, one value per metric, into the series of the text that `write` writes.
    func record(
        _ measure: (inout ValueBuffer) -> Void, labels write: (inout LabelWriter) -> Void
    ) -> EventOutcome {
        ValueBuffer.with(capacity: columns.count) { values in
            measure(&values)
            return LabelWriter.withText(write) { record(values, labels: $0) }
        }
    }

    @inline(__always)
    private func record(_ values: borrowing ValueBuffer, labels: borrowing RawSpan) -> EventOutcome {
        var outcome = EventOutcome()
        let accepted = accept(values, &outcome)
        guard accepted != 0 else { return outcome }
        while true {
            guard let row = series.row(for: labels) else {
                rejectAll(accepted, .storeFull, &outcome)
                return outcome
            }
            var attempt = outcome
            update(row, series.cells(of: row), values, accepted, &attempt)
            // Where the row was removed meanwhile, all of it went nowhere.
            if row.touch() { return attempt }
        }
    }

    /// The metrics, as bits of their columns, whose values can be recorded; counts the rejections of the others.
    @inline(__always)
    private func accept(_ values: borrowing ValueBuffer, _ outcome: inout EventOutcome) -> UInt64 {
        var accepted: UInt64 = 0
        for index in 0..<columns.count {
            let measured = values[index]
            if measured.isNaN, let none = Measured(measured) {
                if let rejection = none.rejection { outcome.reject(rejection, families[index]) }
            } else if let rejection = columns[index].check(measured * factors[index]) {
                outcome.reject(rejection, families[index])
            } else {
                accepted |= columns[index].value.bit
            }
        }
        return accepted
    }

    @inline(__always)
    private func update(
        _ row: Row, _ cells: Cells, _ values: borrowing ValueBuffer, _ accepted: UInt64,
        _ outcome: inout EventOutcome
    ) {
        var recorded = accepted
        for index in 0..<columns.count {
            let bit = columns[index].value.bit
            guard accepted & bit != 0 else { continue }
            // A factor of one changes no number.
            let value = values[index] * factors[index]
            if let rejection = columns[index].record(value, in: row, cells, series) {
                outcome.reject(rejection, families[index])
                recorded &= ~bit
            }
        }
        row.present.set(recorded)
        outcome.counted += recorded.nonzeroBitCount
    }

    private func rejectAll(_ metrics: UInt64, _ rejection: Rejection, _ outcome: inout EventOutcome) {
        for family in families where metrics & family.column.bit != 0 { outcome.reject(rejection, family) }
    }
}
