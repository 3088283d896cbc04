package import Arena

/// One metric in the store: its definition, and where its cells lie in the rows of its table.
///
/// Thread-safe; recording into a row is wait-free but for the sum of doubles, which is lock-free.
package final class Family: Sendable {
    /// What it was made from; the name has the store's prefix.
    package let definition: MetricDefinition
    /// The name of its samples, with the store's prefix.
    package let name: String
    /// Whether it is one of the exporter itself, without the store's constant labels.
    package let isOwn: Bool
    /// Who fills it.
    let owner: MetricOwner
    /// The series, which other metrics with the same labels may share.
    package let series: SeriesTable
    /// What was not counted.
    package let rejections: RejectionCounts

    let firstCell: Int
    /// The bit that says in a row's `present` whether this metric has a value there.
    let bit: UInt64
    let window: SlidingWindow?
    /// The upper boundaries of a histogram without +Inf.
    package let boundaries: [Double]

    init(
        _ definition: MetricDefinition, series: SeriesTable, firstCell: Int, bit: UInt64, isOwn: Bool,
        owner: MetricOwner, rejections: RejectionCounts = RejectionCounts()
    ) {
        self.definition = definition
        self.isOwn = isOwn
        self.owner = owner
        self.rejections = rejections
        name = definition.exposedName
        self.series = series
        self.firstCell = firstCell
        self.bit = bit
        boundaries = definition.kind == .histogram ? definition.buckets.boundaries : []
        window =
            definition.kind == .summary
            ? SlidingWindow(
                scale: ExponentialScale(schema: 5), length: definition.window, arena: series.table.arena)
            : nil
    }

    /// This metric with the help and the limits of `other`, which is the same in all else and alone in its table.
    func redefined(as other: MetricDefinition) -> Family {
        guard definition != other else { return self }
        series.change(limit: other.seriesLimit, expiry: other.expiry)
        return Family(
            other, series: series, firstCell: firstCell, bit: bit, isOwn: isOwn, owner: owner,
            rejections: rejections)
    }

    /// Cells that a metric of that definition takes in a row.
    static func cellCount(_ definition: MetricDefinition) -> Int {
        switch definition.kind {
        // Whole numbers and the rest apart: whole numbers stay exact and need no loop.
        case .counter, .sum: 2
        case .gauge: definition.countsDistinct ? DistinctCount.cellCount : 1
        // A count per bucket with the one of +Inf, and the sum.
        case .histogram: definition.buckets.boundaries.count + 2
        // Count, sum and the window.
        case .summary: 2 + SlidingWindow.cellCount
        }
    }

    /// Counts one event.
    package func increment(_ row: Row) {
        row.cell(firstCell).add(1 as UInt64)
        row.present.set(bit)
    }

    /// Records `value`, in the unit of the metric, as its kind has it, `times` times where it is observed.
    ///
    /// The value was checked with `check`.
    package func record(_ value: Double, times: UInt64 = 1, in row: Row) -> Rejection? {
        switch definition.kind {
        case .counter, .sum: add(value, to: row)
        case .gauge: row.cell(firstCell).double = value
        case .histogram: observe(value, times: times, in: row)
        case .summary:
            let now = series.clock.milliseconds
            let isNoted = window?.observe(value, times: times, row: row, first: firstCell + 2, now: now)
            guard isNoted ?? false else { return .storeFull }
            row.cell(firstCell + 1).add(value * Double(times))
            row.cell(firstCell).add(times)
        }
        row.present.set(bit)
        return nil
    }

    /// Notes a member of a gauge of distinct values.
    package func note(member: borrowing RawSpan, in row: Row) {
        DistinctCount.note(series.table.hash(of: member), row: row, first: firstCell)
        row.present.set(bit)
    }

    /// Moves a gauge by `delta` instead of setting it.
    package func move(by delta: Double, in row: Row) {
        row.cell(firstCell).add(delta)
        row.present.set(bit)
    }

    /// Why `value` can't be recorded, nil where it can.
    package func check(_ value: Double) -> Rejection? {
        switch definition.kind {
        case .gauge: nil
        case .counter: rejectionOfTotal(value)
        case .sum where definition.isMonotonic: rejectionOfTotal(value)
        case .sum, .histogram, .summary: value.isFinite ? nil : .notFinite
        }
    }

    private func rejectionOfTotal(_ value: Double) -> Rejection? {
        guard value.isFinite else { return .notFinite }
        return value < 0 ? .negative : nil
    }

    private func add(_ value: Double, to row: Row) {
        // So that no number of events that can be counted makes the whole part overflow.
        if value.magnitude <= 0x1p32, let whole = Int64(exactly: value) {
            row.cell(firstCell).add(UInt64(bitPattern: whole))
        } else {
            row.cell(firstCell + 1).add(value)
        }
    }

    private func observe(_ value: Double, times: UInt64, in row: Row) {
        var bucket = 0
        while bucket < boundaries.count, value > boundaries[bucket] { bucket += 1 }
        row.cell(firstCell + boundaries.count + 1).add(value * Double(times))
        row.cell(firstCell + bucket).add(times)
    }
}
