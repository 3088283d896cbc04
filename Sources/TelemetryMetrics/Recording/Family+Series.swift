import Arena
import Telemetry

extension Family {
    /// The values as a series is found by them.
    func with<Result>(_ values: [String], _ body: (borrowing RawSpan) -> Result) -> Result {
        LabelWriter.withValues(
            { writer in
                for value in values { writer.appendValue { $0.append(value) } }
            }, body)
    }

    /// A handle on the series of the label values, in the order of the definition, which exists from now on and stays.
    ///
    /// Nil where there is no memory for it. Past the series limit it is a handle on the overflow series.
    package func handle(labels values: [String]) -> SeriesHandle? {
        guard let row = with(values, { values in series.pinned { series.row(of: values) } }) else {
            return nil
        }
        row.present.set(layout.bit)
        return SeriesHandle(family: self, row: row)
    }

    /// Makes the series exist that exist before the first event: the one of a metric without labels, unless it is a
    /// gauge, and those of the definition's seeds.
    package func showSeeds() {
        if definition.labels.isEmpty, definition.kind != .gauge { show([]) }
        for values in definition.seeds { show(values) }
    }

    private func show(_ values: [String]) {
        update(labels: values) { _ in }
    }

    /// Removes the series of the label values from this metric; false where there is none, or where it is held.
    package func remove(labels values: [String]) -> Bool {
        defer { ReclamationDomain.shared.reclaim() }
        return with(values) { values in
            ReclamationDomain.shared.read {
                guard let row = series.find(values), row.present.bits & layout.bit != 0 else {
                    return false
                }
                // The last metric of a label set takes the row along, unless somebody holds it.
                guard row.present.bits == layout.bit else { return hide(row) }
                return series.remove(row)
            }
        }
    }

    /// Takes a series that other metrics share off this one.
    private func hide(_ row: Row) -> Bool {
        guard !row.isHeld else { return false }
        row.present.clear(layout.bit)
        layout.clear(row, definition, in: series)
        return true
    }

    /// Leaves a series out of the page until it has a value again; it keeps since when it counts.
    ///
    /// For values that exist elsewhere and can't be read: an old one would be taken for the present one.
    package func hide(labels values: [String]) {
        with(values) { values in
            ReclamationDomain.shared.read { series.find(values)?.present.clear(layout.bit) }
        }
    }

    /// Sets a total or a gauge to a value that exists elsewhere; what it can't be is counted as rejected, and not shown.
    package func replace(with value: Double, labels values: [String]) {
        if let rejection = check(value) {
            hide(labels: values)
            return reject(rejection)
        }
        // A total is kept in one cell, so that no reader finds a part of the old value beside a part of the new one.
        let cell = definition.kind == .gauge ? layout.rest : layout.first + 1
        update(labels: values) { row in
            row.cell(cell).double = value
        }
    }

    /// Adds `count` to a total, in a series that is looked up.
    package func add(_ count: UInt64, labels values: [String]) {
        update(labels: values) { row in
            series.cells(of: row).add(count, at: layout.first)
        }
    }

    /// Adds `amount`, which is finite and not negative, to a total, in a series that is looked up.
    package func add(amount: Double, labels values: [String]) {
        update(labels: values) { row in
            let cells = series.cells(of: row)
            if let whole = UInt64(exactly: amount), amount <= CellLayout.largestWhole {
                cells.add(whole, at: layout.first)
            } else if !cells.add(amount, at: layout.first + 1, of: row) {
                reject(.overflow)
            }
        }
    }

    /// What the series of a total hold, by the values of their labels.
    package var totals: [[String]: Double] {
        var totals: [[String]: Double] = [:]
        forEachSeries { text, row in
            guard let values = RenderedLabels.values(in: text, of: definition.labels) else { return }
            totals[values] = total(row).value
        }
        return totals
    }

    private func update(labels values: [String], _ change: (Row) -> Void) {
        let isRecorded = ReclamationDomain.shared.read {
            with(values) { values in
                series.update(values: values) { row in
                    change(row)
                    return layout.bit
                }
            }
        }
        if !isRecorded { reject(.storeFull) }
    }
}
