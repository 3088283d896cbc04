import Arena
import Synchronization
import Telemetry

/// What the rows of a table take of the store's samples.
extension SeriesTable {
    /// What was counted of the rows; guarded by a lock.
    struct Shown {
        var rows = 0
        /// What these rows weigh: a row with long labels counts as several, since they stand in each of its samples.
        var weight = 0
        /// The most rows that there were since the sweep before the last one.
        var mostRows = 0
        /// The rows that there were at the last sweep.
        var rowsAtSweep = 0
        /// Of each row, all metrics together; 0 where none is on the page.
        var samples = 0
    }

    /// Counts the samples of a metric that is on the page from now on, negative for one that is no more.
    func show(samples: Int) {
        let change = shown.withLock { shown in
            shown.samples += samples
            return shown.weight * samples
        }
        budget.add(samples: change)
    }

    /// Reserves what a new row takes, and returns how many samples; nil, counted, where a limit of the store leaves no room.
    ///
    /// A table that had more rows lately may use their memory again.
    func takeRoom(weight: Int) -> Int? {
        guard !isInternal else { return 0 }
        let (samples, hasFreeRows) = shown.withLock { ($0.samples, $0.rows < $0.mostRows) }
        guard hasFreeRows || budget.hasMemory else {
            budget.refuse(by: .memory)
            return nil
        }
        return budget.take(samples: samples * weight) ? samples * weight : nil
    }

    /// Counts the samples of the rows that there are by now, in the place of those that were `reserved`.
    ///
    /// It compares with what was counted last, so that each row counts once, whoever made or removed it.
    func settle(reserved: Int = 0) {
        let change = shown.withLock { shown in
            let (rows, weight) = table.countAndWeight
            let change = weight - shown.weight
            (shown.rows, shown.weight) = (rows, weight)
            shown.mostRows = max(shown.mostRows, rows)
            return change * shown.samples
        }
        budget.add(samples: change - reserved)
    }

    /// Forgets how many rows there were long ago: a sweep gives their memory to other tables.
    func noteSweep() {
        shown.withLock { shown in
            shown.mostRows = max(shown.rows, shown.rowsAtSweep)
            shown.rowsAtSweep = shown.rows
        }
    }

    /// Removes the row; false where it had ended, or where somebody holds it.
    @discardableResult
    func remove(_ row: Row) -> Bool {
        guard table.remove(row) else { return false }
        settle()
        return true
    }

    /// Notes a member of a set that has no memory for it, as `divert(_:_:from:_:)` records an observation.
    @inline(never)
    func divert(member hash: UInt64, from row: Row, _ layout: CellLayout) -> Rejection? {
        divert(from: row, bit: layout.bit) { row in
            DistinctCount.note(hash, row: row, cell: layout.rest, self, isPrivileged: true) ? nil : .storeFull
        }
    }

    /// Records an observation whose own series has no memory for it in the overflow series; one of the exporter's own, and
    /// the overflow series itself, use the memory that is kept for them.
    @inline(never)
    func divert(_ value: Double, _ times: UInt64, from row: Row, _ layout: ArenaBox<CellLayout>) -> Rejection?
    {
        divert(from: row, bit: layout.value.bit) { layout.recordPrivileged(value, times, in: $0, self) }
    }

    private func divert(from row: Row, bit: UInt64, _ record: (Row) -> Rejection?) -> Rejection? {
        guard !isInternal, !isOverflow(row) else { return record(row) }
        // One that has ended meanwhile is followed by another, for which the caller comes again.
        guard row.touch() else { return nil }
        budget.refuse(by: .memory)
        overflows.wrappingAdd(1, ordering: .relaxed)
        return ReclamationDomain.shared.read {
            while let row = overflowRow() {
                let rejection = record(row)
                if mark(row, with: rejection == nil ? bit : 0) { return rejection }
            }
            return .storeFull
        }
    }
}
