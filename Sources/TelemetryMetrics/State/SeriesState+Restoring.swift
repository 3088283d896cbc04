import Arena

/// Puts what a series held into a row that is new, by what records values.
extension SeriesState {
    /// False where there is no memory for all of it; what there is room for is there then.
    func restore(into row: Row, of family: Family) -> Bool {
        let layout = family.layout
        let series = family.series
        layout.exemplars?.restore(exemplars, row, series)
        switch value {
        case .total(let whole, let fraction):
            row.cell(layout.first).bits = UInt64(bitPattern: whole)
            row.cell(layout.first + 1).double = fraction
        case .gauge(let value): row.cell(layout.rest).double = value
        case .members(let members):
            return members.allSatisfy { DistinctCount.note($0, row: row, cell: layout.rest, series) }
        case .registers(let registers):
            return DistinctCount.restore(registers, row: row, cell: layout.rest, series)
        case .histogram(let counts, let sum):
            for (index, count) in counts.enumerated() { row.cell(layout.first + index).bits = count }
            row.cell(layout.first + counts.count).double = sum
        case .native(let native): return native.restore(into: row, layout, series)
        case .summary(let summary): return summary.restore(into: row, layout, series)
        }
        return true
    }
}

extension SeriesState.Native {
    fileprivate func restore(into row: Row, _ layout: CellLayout, _ series: SeriesTable) -> Bool {
        guard let native = layout.native else { return false }
        let (first, rest) = (layout.first, layout.rest)
        let scale = native.value.scale
        var hasMemory = true
        // From the finest to the coarsest: the row's resolution is that of the last ones.
        for bucket in buckets.sorted(by: { $0.coarsening < $1.coarsening }) {
            NativeHistogram.State(row, rest).coarsen(to: bucket.coarsening)
            // The lowest of the fine buckets that lie in it.
            let value = scale.representative(of: (bucket.index - 1) << bucket.coarsening + 1)
            let outcome = native.observe(
                bucket.isNegative ? -value : value, times: bucket.count, row: row, cells: row.cells,
                first: first,
                rest: rest, series)
            if case .noMemory = outcome { hasMemory = false }
        }
        NativeHistogram.State(row, rest).coarsen(to: coarsening)
        for (index, count) in classic.enumerated() {
            row.cell(first + NativeHistogram.copiedCellCount + index).bits = count
        }
        row.cell(first).double = sum
        row.cell(first + 1).bits = zeros
        row.cell(rest + 1).double = threshold
        row.cell(rest + 2).bits = reset
        return hasMemory
    }
}

extension SeriesState.Summary {
    fileprivate func restore(into row: Row, _ layout: CellLayout, _ series: SeriesTable) -> Bool {
        guard let window = layout.window else { return false }
        let (first, rest) = (layout.first, layout.rest)
        var hasMemory = true
        // In the order of time, so that no line is taken for a later slice before.
        for bucket in self.window.sorted(by: { $0.slice < $1.slice }) {
            let magnitude = bucket.index.map { window.value.scale.representative(of: $0) } ?? 0
            let isNoted = window.observe(
                bucket.isNegative ? -magnitude : magnitude, bucket.count, bucket.slice, row, row.cells,
                first: first,
                rest: rest, series)
            hasMemory = hasMemory && isNoted
        }
        row.cell(first).bits = count
        row.cell(first + 1).double = sum
        return hasMemory
    }
}
