package import Arena
import Synchronization
package import Telemetry

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

    /// Whether the name is of the legacy character set, so that it stands on each page as it is.
    package let hasLegacyName: Bool
    /// Whether series can have labels whose names are not.
    package let canHaveUTF8Labels: Bool

    /// Which of its series are shown as zero; nil where none ever is.
    let initialZero: InitialZero?

    private let tables: LayoutTables
    /// How its cells lie; valid as long as this family.
    let stored: ArenaBox<CellLayout>
    var layout: CellLayout { stored.value }
    /// Tells rows in which it has a value.
    @usableFromInline var bit: UInt64 { stored.value.bit }

    init(
        _ definition: MetricDefinition, series: SeriesTable, tables: LayoutTables, isInternal: Bool,
        owner: MetricOwner, rejections: RejectionCounts = RejectionCounts(), initialZero: InitialZero? = nil
    ) {
        self.definition = definition
        self.isInternal = isInternal
        self.owner = owner
        self.rejections = rejections
        self.series = series
        self.tables = tables
        self.initialZero = initialZero
        stored = tables.layout
        name = definition.exposedName
        hasLegacyName = PrometheusName.isMetricName(name)
        canHaveUTF8Labels =
            series.names == .utf8
            && (definition.labels.isEmpty || definition.labels.contains { !PrometheusName.isLabel($0.utf8) })
        boundaries = definition.kind == .histogram ? definition.buckets.boundaries : []
    }

    /// This metric with the help and the limits of `other`, which is the same in all else; its table keeps its own.
    ///
    /// Series that are there already are not new where new ones become so only now.
    func redefined(as other: MetricDefinition, initialZero duration: Duration?) -> Family {
        guard definition != other else { return self }
        let record = FamilyRecord(
            other, isInternal: isInternal, owner: owner, table: tables.tableRecord, first: layout.first,
            rest: layout.rest, bit: layout.bit)
        tables.replaceRecord(by: record.bytes)
        return Family(
            other, series: series, tables: tables, isInternal: isInternal, owner: owner,
            rejections: rejections,
            initialZero: duration.map {
                initialZero?.lasting($0)
                    ?? InitialZero($0, shownBefore: series.clock.moment, note: tables.noteShown(before:))
            })
    }

    /// Whether the application fills it, and neither a sender nor the exporter.
    package var isApplications: Bool { owner == .application && !isInternal }

    /// The offset of the record of its table.
    var tableRecord: Int { tables.tableRecord }

    /// Has a successor know nothing of it: it is taken out of the store.
    func retract() { tables.removeRecord() }

    /// After how long without an update its series go: their value is to be shown before.
    var lifetime: Duration? { definition.expiry.map { $0 + (initialZero?.duration ?? .zero) } }

    /// Records `value`, in the unit of the metric, as its kind has it, `times` times where it is observed.
    ///
    /// The value was checked with `check`; for use within `update`.
    package func record(_ value: Double, times: UInt64 = 1, in row: Row) -> Rejection? {
        stored.record(value, times: times, in: row, series.cells(of: row), series)
    }

    /// The same, in a row that other threads may write with a log.
    package func recordBesideLogs(_ value: Double, times: UInt64, in row: Row) -> Rejection? {
        stored.record(value, times: times, in: row, series.ownedCells(of: row), series)
    }

    /// The same, with `log` as the way of writing: a successor completes it, as `step`, where the process ends meanwhile.
    ///
    /// A value may stand in the window of a summary twice then: it is noted there before, for the few minutes that quantiles are of.
    package func record(
        _ value: Double, times: UInt64 = 1, in row: Row, as step: UInt64, by log: RedoLog
    ) -> Rejection? {
        write(row, as: step, by: log) {
            stored.record(value, times: times, in: row, PlannedCells(series.ownedCells(of: row), log), series)
        }
    }

    /// As `move(by:in:)`, by a log.
    package func move(by delta: Double, in row: Row, as step: UInt64, by log: RedoLog) -> Rejection? {
        write(row, as: step, by: log) {
            PlannedCells(row.cells, log).move(by: delta, row.cell(layout.rest)) ? nil : .overflow
        }
    }

    @inline(__always)
    private func write(
        _ row: Row, as step: UInt64, by log: RedoLog, _ plan: () -> Rejection?
    ) -> Rejection? {
        log.begin()
        if let rejection = plan() { return rejection }
        // Before the values, which nobody would see without it.
        row.present.set(layout.bit)
        log.apply(step, to: row)
        if layout.kind == .native { stored.limit(row, series) }
        return nil
    }

    /// Updates `row`, or where it is nil the series of the label text that `write` writes, by `record`.
    ///
    /// `row` is the row of the series from then on.
    /// - Returns: why it was not recorded, nil where it was.
    package func update(
        _ row: inout Row?, text write: (inout LabelWriter) -> Void, _ record: (Row) -> Rejection?
    ) -> Rejection? {
        var rejection: Rejection?
        let hasRow = series.update(&row, text: write) { row in
            rejection = record(row)
            return rejection == nil ? layout.bit : 0
        }
        return hasRow ? rejection : .storeFull
    }

    /// Notes a member of a gauge of distinct values; for use within `update`.
    package func note(member: borrowing RawSpan, in row: Row) -> Rejection? {
        let hash = series.table.hash(of: member)
        if DistinctCount.note(hash, row: row, cell: layout.rest, series) { return nil }
        return series.divert(member: hash, from: row, layout)
    }

    /// Moves a gauge by `delta`, which is finite, instead of setting it.
    package func move(by delta: Double, in row: Row) -> Rejection? {
        row.cell(layout.rest).add(delta) ? nil : .overflow
    }

    /// Why `value` can't be recorded `times` times, nil where it can but for the sum that there is.
    package func check(_ value: Double, times: UInt64 = 1) -> Rejection? {
        if let rejection = stored.check(value) { return rejection }
        return times == 1 || (value * Double(times)).isFinite ? nil : .overflow
    }
}

/// A layout with the tables that it leads to, which go with their last family, as does what that takes in the heap.
///
/// Thread-safe: a lock guards what tells a successor of the metric.
final class LayoutTables: Sendable {
    let layout: ArenaBox<CellLayout>
    /// The offset of the record of the metric's table.
    let tableRecord: Int
    private let arena: Arena
    /// Bytes that the metric takes in the heap.
    private let heap: Int
    /// What tells a successor of the metric; nil once it is out of the store.
    private let record: Mutex<Record?>

    init(_ layout: ArenaBox<CellLayout>, arena: Arena, heap: Int, tableRecord: Int, record: Record) {
        self.record = Mutex(record)
        self.tableRecord = tableRecord
        self.layout = layout
        self.arena = arena
        self.heap = heap
        arena.chargeAlways(heap)
    }

    /// Tells a successor something else; without memory for that, what it was told stands.
    func replaceRecord(by bytes: [UInt8]) {
        record.withLock { record in
            guard let old = record else { return }
            let new = try? arena.makeRecord(
                .family, words: FamilyRecord.wordCount, startingWith: [old.word(0).bits], payload: bytes)
            guard let new else { return }
            record = new
            arena.remove(old)
        }
    }

    /// Tells a successor that series from before this moment are not shown as zero.
    @Sendable func noteShown(before moment: UInt64) {
        record.withLock { $0?.word(0).publish(moment &+ 1) }
    }

    func removeRecord() {
        record.withLock { record in
            if let record { arena.remove(record) }
            record = nil
        }
    }

    deinit {
        removeRecord()
        arena.giveBack(heap)
        layout.value.release(to: arena)
        layout.release(to: arena)
    }
}
