import Arena

/// Recording reads a column where it lies, as going through columns by value would copy each of them.
extension Stored<Column> {
    /// Why `value` can't be recorded, nil where it can.
    @inline(__always)
    func check(_ value: Double) -> Rejection? {
        switch self.value.kind {
        case .gauge, .distinct: nil
        case .total: value.isFinite ? (value < 0 ? .negative : nil) : .notFinite
        case .balance, .histogram, .native, .summary: value.isFinite ? nil : .notFinite
        }
    }

    /// Whether `value` can be recorded without a closer look, as nearly all can.
    @inline(__always)
    func surelyTakes(_ value: Double) -> Bool {
        value.isFinite && (value >= 0 || self.value.kind != .total)
    }

    /// Records `value`, which was checked, `times` times where it is observed.
    @inline(__always)
    func record(
        _ value: Double, times: UInt64 = 1, in row: Row, _ cells: Cells, _ series: SeriesTable
    ) -> Rejection? {
        switch self.value.kind {
        case .total, .balance: add(value, to: cells)
        case .gauge: row.cell(self.value.rest).double = value
        // Its members come by their hashes.
        case .distinct: break
        case .histogram: countIntoBucketApart(value, times, row, cells, series)
        case .native: return observeNativelyApart(value, times, row, cells, series)
        case .summary: return observeInWindowApart(value, times, row, cells, series)
        }
        return nil
    }

    // Calls, so that an event of counters and gauges doesn't pay for the registers that they need.

    @inline(never)
    private func countIntoBucketApart(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: Cells, _ series: SeriesTable
    ) { countIntoBucket(value, times, row, cells, series) }

    @inline(never)
    private func observeNativelyApart(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: Cells, _ series: SeriesTable
    ) -> Rejection? { observeNatively(value, times, row, cells, series) }

    @inline(never)
    private func observeInWindowApart(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: Cells, _ series: SeriesTable
    ) -> Rejection? { observeInWindow(value, times, row, cells, series) }

    /// Adds to a total, of which whole numbers and the rest are kept apart.
    @inline(__always)
    func add(_ value: Double, to cells: Cells) {
        // So that no number of events that can be counted makes the whole part overflow.
        if value.magnitude <= 0x1p32, Double(Int64(value)) == value {
            cells.add(UInt64(bitPattern: Int64(value)), at: self.value.first)
        } else {
            cells.add(value, at: self.value.first &+ 1)
        }
    }

    @inline(__always)
    func countIntoBucket(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: Cells, _ series: SeriesTable
    ) {
        guard let boundaries = self.value.boundaries else { return }
        let first = self.value.first
        let bucket = boundaries.value.bucket(of: value)
        let before = cells.exchangeAdd(times, at: first &+ bucket)
        cells.add(value * Double(Int64(clamping: times)), at: first &+ boundaries.value.count &+ 1)
        self.value.exemplars?.offer(value, bucket: bucket, before: before, row: row, series)
    }

    @inline(__always)
    func observeInWindow(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: Cells, _ series: SeriesTable
    ) -> Rejection? {
        guard let window = self.value.window else { return nil }
        let now = window.value.isLong ? series.clock.roughMilliseconds : series.clock.milliseconds
        let isNoted = window.observe(
            value, times: times, row: row, cells, first: self.value.first, rest: self.value.rest, now: now,
            series)
        guard isNoted else { return .storeFull }
        cells.add(value * Double(Int64(clamping: times)), at: self.value.first &+ 1)
        cells.add(times, at: self.value.first)
        return nil
    }

    @inline(__always)
    func observeNatively(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: Cells, _ series: SeriesTable
    ) -> Rejection? {
        guard let native = self.value.native else { return nil }
        let (first, rest) = (self.value.first, self.value.rest)
        let outcome = native.observe(
            value, times: times, row: row, cells: cells, first: first, rest: rest, series)
        switch outcome {
        case .noMemory: return .storeFull
        case .beyondLimit: series.limit(native.value, row, first: first, rest: rest)
        case .counted(let before):
            let bucket = Exemplars.nativeSlot(value)
            self.value.exemplars?.offer(value, bucket: bucket, before: before, row: row, series)
        }
        return nil
    }
}
