public import Arena

/// One series that is held: recording into it looks nothing up.
///
/// Copies are handles on the same series, which stays as long as the store. Thread-safe, and wait-free except for sums of
/// fractions; threads that update one series at once add to different cells.
public struct SeriesHandle: Sendable {
    @usableFromInline package let family: Family
    @usableFromInline let row: Row
    @usableFromInline let cells: ThreadCells
    /// The cell that counts whole numbers, -1 where there is none.
    @usableFromInline let total: Int
    /// The cell of a value that is set, of a row that shows it already; -1 where there is none.
    @usableFromInline let gauge: Int
    let stored: ArenaBox<CellLayout>

    init(family: Family, row: Row) {
        self.family = family
        self.row = row
        cells = family.series.table.threadCells(of: row)
        total = family.layout.isTotal ? family.layout.first : -1
        let isShown = row.present.bits & family.layout.bit != 0
        gauge = family.layout.kind == .gauge && isShown ? family.layout.rest : -1
        stored = family.stored
    }

    /// Adds one to a counter or sum.
    @inlinable
    public func increment() {
        guard total >= 0 else { return rejectKind() }
        cells.mine.add(1 as UInt64, at: total)
    }

    /// Adds `amount` to a counter or sum; what is negative or not finite is counted as rejected, but for a sum that may shrink.
    public func increment(by amount: Double) {
        if let rejection = tryAdd(amount) { family.reject(rejection) }
    }

    /// Records `value`, in the unit of the metric, as the metric's kind has it; what it can't be is counted as rejected.
    @inlinable
    public func record(_ value: Double) {
        guard gauge >= 0 else { return observe(value) }
        row.cell(gauge).double = value
    }

    /// Moves a gauge; what is not finite, or would make it infinite, is counted as rejected.
    public func move(by delta: Double) {
        if let rejection = tryMove(by: delta) { family.reject(rejection) }
    }

    @usableFromInline
    func rejectKind() { family.reject(.wrongKind) }
}

/// Each kind that observes has one function of its own, which is jumped to: one more stack frame would cost as much as
/// finding the bucket.
extension SeriesHandle {
    @usableFromInline
    func observe(_ value: Double) {
        switch stored.value.kind {
        case .histogram: countIntoBucket(value)
        case .native: observeNatively(value)
        case .summary: observeInWindow(value)
        case .total, .upDown, .gauge, .distinct: recordOther(value)
        }
    }

    @inline(never)
    private func countIntoBucket(_ value: Double) {
        let cells = cells.mine
        guard let boundaries = stored.value.boundaries,
            cells.addDirectly(value, at: stored.value.first &+ boundaries.value.count &+ 1)
        else { return recordOther(value) }
        stored.count(value, 1, in: boundaries, row, cells, family.series)
    }

    @inline(never)
    private func observeNatively(_ value: Double) {
        // What is seldom is jumped to as well, so that all else needs no frame.
        guard value.magnitude < .infinity, stored.value.boundaries == nil, let native = stored.value.native,
            let before = native.observeAgain(
                value, 1, row, cells.mine, stored.value.first, stored.value.rest)
        else { return observeNativelyAnew(value) }
        guard let exemplars = stored.value.exemplars,
            exemplars.isDue(bucket: Exemplars.nativeSlot(value), before: before, row: row)
        else { return }
        lookForTrace(value)
    }

    @inline(never)
    private func lookForTrace(_ value: Double) {
        stored.value.exemplars?.look(value, bucket: Exemplars.nativeSlot(value), row: row, family.series)
    }

    @inline(never)
    private func observeNativelyAnew(_ value: Double) {
        guard value.isFinite else { return family.reject(.notFinite) }
        let rejection = stored.observeNatively(value, 1, row, cells.mine, family.series)
        if let rejection { family.reject(rejection) }
    }

    @inline(never)
    private func observeInWindow(_ value: Double) {
        let rejection = stored.observeInWindow(value, 1, row, cells.mine, family.series)
        if let rejection { family.reject(rejection) }
    }

    @inline(never)
    private func recordOther(_ value: Double) {
        if let rejection = tryRecord(value) { family.reject(rejection) }
    }
}

/// Updates whose rejections the caller counts.
extension SeriesHandle {
    /// Adds whole numbers to a counter or sum; why it did not, nil where it did.
    package func tryAdd(_ amount: Int64) -> Rejection? {
        guard 0...Int64(CellLayout.largestWhole) ~= amount, total >= 0 else { return tryAdd(Double(amount)) }
        cells.mine.add(UInt64(amount), at: total)
        return nil
    }

    /// Adds to a counter or sum; why it did not, nil where it did.
    package func tryAdd(_ amount: Double) -> Rejection? {
        guard total >= 0 else { return .wrongKind }
        return stored.check(amount) ?? stored.add(amount, to: cells.mine, of: row)
    }

    /// Records as `record` does; why it did not, nil where it did.
    package func tryRecord(_ value: Double) -> Rejection? {
        let rejection = stored.check(value) ?? stored.record(value, in: row, cells.mine, family.series)
        if stored.value.kind == .gauge { row.present.set(stored.value.bit) }
        return rejection
    }

    /// Moves a gauge; why it did not, nil where it did.
    package func tryMove(by delta: Double) -> Rejection? {
        guard stored.value.kind == .gauge else { return .wrongKind }
        guard delta.isFinite else { return .notFinite }
        guard row.cell(stored.value.rest).add(delta) else { return .overflow }
        row.present.set(stored.value.bit)
        return nil
    }

    /// Sets a counter or sum to zero.
    package func reset() {
        guard total >= 0 else { return rejectKind() }
        let table = family.series.table
        table.clear(row, counts: total..<total + 1)
        table.clear(row, sum: total + 1)
    }
}

extension Family {
    func reject(_ rejection: Rejection) { rejections.add(rejection) }
}
