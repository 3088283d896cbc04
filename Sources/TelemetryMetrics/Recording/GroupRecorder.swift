package import Arena
import Telemetry

/// Records what was measured of an event into the metrics of one table.
///
/// Thread-safe and, but for a series' first event, without a lock, without allocating and without counting references.
package final class GroupRecorder: Sendable {
    private let series: SeriesTable
    private let families: [Family]
    private let lanes: ValueList<Lane>
    /// The one series of metrics without labels, which is held unless it may expire.
    private let only: HeldRow?

    /// Where the values of one metric go.
    private struct Lane: BitwiseCopyable, Sendable {
        let layout: ArenaBox<CellLayout>
        /// What they are multiplied with: the metric has another unit than its measurement.
        let factor: Double
    }

    private struct HeldRow {
        let row: Row
        let cells: ThreadCells
    }

    /// Metrics with the same labels, at least one.
    package init(_ families: [Family]) {
        self.families = families
        series = families[0].series
        lanes = ValueList(
            families.map { Lane(layout: $0.stored, factor: $0.definition.conversionFactor ?? 1) })
        guard series.labelStarts.isEmpty, families[0].definition.expiry == nil else {
            only = nil
            return
        }
        let series = series
        let row = LabelWriter.withValues({ _ in }, { none in series.pinned { series.row(of: none) } })
        guard let row, !series.isOverflow(row) else {
            // It is looked up each time, as there may be room for it later.
            row?.unpin()
            only = nil
            return
        }
        only = HeldRow(row: row, cells: series.table.threadCells(of: row))
    }

    deinit { only?.row.unpin() }

    /// Records one value per metric into the one series of metrics without labels.
    package func record(_ values: inout ValueBuffer) -> EventOutcome {
        guard let only else {
            return LabelWriter.withValues({ _ in }, { record(&values, labels: $0) })
        }
        var outcome = EventOutcome()
        let accepted = accept(&values, &outcome)
        guard accepted != 0 else { return outcome }
        var refusals = Refusals()
        let recorded = update(only.row, only.cells.mine, values, accepted, &refusals)
        only.row.present.set(recorded)
        outcome.counted |= recorded
        note(refusals, in: &outcome)
        return outcome
    }

    /// Records one value per metric into the series of the labels' values.
    package func record(_ values: inout ValueBuffer, labels: borrowing RawSpan) -> EventOutcome {
        var outcome = EventOutcome()
        let accepted = accept(&values, &outcome)
        guard accepted != 0 else { return outcome }
        var refusals = Refusals()
        var recorded: UInt64 = 0
        let hasRow = series.update(values: labels) { row in
            refusals = Refusals()
            recorded = update(row, series.cells(of: row), values, accepted, &refusals)
            return recorded
        }
        guard hasRow else {
            note(Refusals(storeFull: accepted), in: &outcome)
            return outcome
        }
        outcome.counted |= recorded
        note(refusals, in: &outcome)
        return outcome
    }

    /// The same, with `log` as the way of writing: a successor completes it, as `step`, where the process ends meanwhile.
    package func record(
        _ values: inout ValueBuffer, labels: borrowing RawSpan, as step: UInt64, by log: RedoLog
    ) -> EventOutcome {
        var outcome = EventOutcome()
        let accepted = accept(&values, &outcome)
        guard accepted != 0 else { return outcome }
        var refusals = Refusals()
        var recorded: UInt64 = 0
        let hasRow = series.update(values: labels) { row in
            refusals = Refusals()
            log.begin()
            let cells = PlannedCells(series.ownedCells(of: row), log)
            recorded = update(row, cells, values, accepted, &refusals)
            // Before the values, which nobody would see without it.
            row.present.set(recorded)
            log.apply(step, to: row)
            for index in 0..<lanes.count where lanes[index].layout.value.kind == .native {
                lanes[index].layout.limit(row, series)
            }
            return recorded
        }
        if !hasRow { refusals = Refusals(storeFull: accepted) } else { outcome.counted |= recorded }
        note(refusals, in: &outcome)
        return outcome
    }

    /// Which metrics one row did not take the values of, as bits of their layouts.
    private struct Refusals {
        var storeFull: UInt64 = 0
        var overflow: UInt64 = 0

        @inline(never)
        mutating func add(_ rejection: Rejection, _ bit: UInt64) {
            if rejection == .overflow { overflow |= bit } else { storeFull |= bit }
        }
    }

    @inline(__always)
    private func note(_ refusals: Refusals, in outcome: inout EventOutcome) {
        if refusals.storeFull | refusals.overflow != 0 { count(refusals, &outcome) }
    }

    @inline(never)
    private func count(_ refusals: Refusals, _ outcome: inout EventOutcome) {
        for family in families {
            if refusals.storeFull & family.layout.bit != 0 { outcome.reject(.storeFull, family) }
            if refusals.overflow & family.layout.bit != 0 { outcome.reject(.overflow, family) }
        }
    }

    /// The metrics, as bits of their layouts, whose values can be recorded; brings these to their units, and counts the
    /// rejections of the others.
    @inline(__always)
    private func accept(_ values: inout ValueBuffer, _ outcome: inout EventOutcome) -> UInt64 {
        var accepted: UInt64 = 0
        for index in 0..<lanes.count {
            let layout = lanes[index].layout
            let value = values[index] * lanes[index].factor
            if layout.surelyTakes(value) || takes(values[index], index, &outcome) {
                accepted |= layout.value.bit
                values[index] = value
            }
        }
        return accepted
    }

    /// Whether an unusual value can be recorded.
    @inline(never)
    private func takes(_ measured: Double, _ index: Int, _ outcome: inout EventOutcome) -> Bool {
        if let none = NoMeasurement(measured) {
            let family = families[index]
            let isIgnored = none == .missing && family.definition.ignoresMissing
            if let rejection = none.rejection, !isIgnored { outcome.reject(rejection, family) }
            return false
        }
        let value = measured * lanes[index].factor
        let isTooLarge = measured.isFinite && !value.isFinite
        guard let rejection = isTooLarge ? .overflow : lanes[index].layout.check(value) else { return true }
        outcome.reject(rejection, families[index])
        return false
    }

    @inline(__always)
    private func update(
        _ row: Row, _ cells: some CellAdding, _ values: borrowing ValueBuffer, _ accepted: UInt64,
        _ refusals: inout Refusals
    ) -> UInt64 {
        var recorded = accepted
        for index in 0..<lanes.count {
            let layout = lanes[index].layout
            let bit = layout.value.bit
            guard accepted & bit != 0 else { continue }
            if let rejection = layout.record(values[index], in: row, cells, series) {
                refusals.add(rejection, bit)
                recorded &= ~bit
            }
        }
        return recorded
    }
}
