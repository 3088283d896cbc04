package import Arena
import Synchronization

/// One metric in the store: its definition, and where its cells lie in the rows of its table.
///
/// Thread-safe; recording into a row is wait-free but for the sum of doubles, which is lock-free.
@usableFromInline
package final class Family: Sendable {
    /// What it was made from; the name has the store's prefix.
    package let definition: MetricDefinition
    /// The name of its samples, with the store's prefix.
    package let name: String
    /// Whether it is one of the exporter itself, without the store's constant labels.
    package let isInternal: Bool
    /// Who fills it.
    let owner: MetricOwner
    /// The series, which other metrics with the same labels may share.
    package let series: SeriesTable
    /// What was not counted.
    package let rejections: RejectionCounts
    /// The upper boundaries of a histogram without +Inf.
    package let boundaries: [Double]

    private let tables: LayoutTables
    /// How its cells lie; valid as long as this family.
    let stored: ArenaBox<CellLayout>
    var column: CellLayout { stored.value }

    init(
        _ definition: MetricDefinition, series: SeriesTable, tables: LayoutTables, isInternal: Bool,
        owner: MetricOwner, rejections: RejectionCounts = RejectionCounts()
    ) {
        self.definition = definition
        self.isInternal = isInternal
        self.owner = owner
        self.rejections = rejections
        self.series = series
        self.tables = tables
        stored = tables.column
        name = definition.exposedName
        boundaries = definition.kind == .histogram ? definition.buckets.boundaries : []
    }

    /// This metric with the help and the limits of `other`, which is the same in all else and alone in its table.
    func redefined(as other: MetricDefinition) -> Family {
        guard definition != other else { return self }
        series.change(limit: other.seriesLimit, expiry: other.expiry)
        return Family(
            other, series: series, tables: tables, isInternal: isInternal, owner: owner,
            rejections: rejections)
    }

    /// Counts one event.
    package func increment(_ row: Row) {
        series.cells(of: row).add(1 as UInt64, at: column.first)
        row.present.set(column.bit)
    }

    /// Records `value`, in the unit of the metric, as its kind has it, `times` times where it is observed.
    ///
    /// The value was checked with `check`.
    package func record(_ value: Double, times: UInt64 = 1, in row: Row) -> Rejection? {
        if let rejection = stored.record(value, times: times, in: row, series.cells(of: row), series) {
            return rejection
        }
        row.present.set(column.bit)
        return nil
    }

    /// Notes a member of a gauge of distinct values.
    package func note(member: borrowing RawSpan, in row: Row) {
        DistinctCount.note(series.table.hash(of: member), row: row, first: column.rest)
        row.present.set(column.bit)
    }

    /// Moves a gauge by `delta`, which is finite, instead of setting it.
    package func move(by delta: Double, in row: Row) -> Rejection? {
        guard row.cell(column.rest).add(delta) else { return .overflow }
        row.present.set(column.bit)
        return nil
    }

    /// Why `value` can't be recorded `times` times, nil where it can but for the sum that there is.
    package func check(_ value: Double, times: UInt64 = 1) -> Rejection? {
        if let rejection = stored.check(value) { return rejection }
        return times == 1 || (value * Double(times)).isFinite ? nil : .overflow
    }
}

/// A column with the tables that it leads to, which go with their last family.
final class LayoutTables: Sendable {
    let column: ArenaBox<CellLayout>
    private let arena: Arena

    init(_ column: ArenaBox<CellLayout>, arena: Arena) {
        self.column = column
        self.arena = arena
    }

    deinit {
        column.value.release(to: arena)
        column.release(to: arena)
    }
}
