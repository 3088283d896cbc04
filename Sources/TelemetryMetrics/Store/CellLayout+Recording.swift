import Arena

/// Recording reads a layout where it lies, as going through layouts by value would copy each of them.
extension ArenaBox<CellLayout> {
    /// Why `value` can't be recorded, nil where it can but for the sum that there is.
    @inline(__always)
    func check(_ value: Double) -> Rejection? {
        switch self.value.kind {
        case .gauge, .distinct: nil
        case .total: value.isFinite ? (value < 0 ? .negative : nil) : .notFinite
        case .upDown, .histogram, .native, .summary: value.isFinite ? nil : .notFinite
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
        _ value: Double, times: UInt64 = 1, in row: Row, _ cells: some CellAdding, _ series: SeriesTable
    ) -> Rejection? {
        switch self.value.kind {
        case .total, .upDown: return add(value, to: cells, of: row)
        case .gauge: row.cell(self.value.rest).double = value
        // Its members come by their hashes.
        case .distinct: break
        case .histogram: return countIntoBucketApart(value, times, row, cells, series)
        case .native: return observeNativelyApart(value, times, row, cells, series)
        case .summary: return observeInWindowApart(value, times, row, cells, series)
        }
        return nil
    }

    // Calls, so that an event of counters and gauges doesn't pay for the registers that they need.

    @inline(never)
    private func countIntoBucketApart(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: some CellAdding, _ series: SeriesTable
    ) -> Rejection? { countIntoBucket(value, times, row, cells, series) }

    @inline(never)
    private func observeNativelyApart(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: some CellAdding, _ series: SeriesTable
    ) -> Rejection? { observeNatively(value, times, row, cells, series) }

    /// Adds to a total, of which whole numbers and the rest are kept apart.
    @inline(__always)
    func add(_ value: Double, to cells: some CellAdding, of row: Row) -> Rejection? {
        if value.magnitude <= CellLayout.largestWhole, Double(Int64(value)) == value {
            cells.add(UInt64(bitPattern: Int64(value)), at: self.value.first)
            return nil
        }
        return cells.add(value, at: self.value.first &+ 1, of: row) ? nil : Self.refusal(of: value)
    }

    /// Why a sum did not take `value`.
    @inline(never)
    static func refusal(of value: Double) -> Rejection { value.isFinite ? .overflow : .notFinite }

    // What is observed is first added to the sum, which refuses what it can't take, and then counted.

    @inline(__always)
    func countIntoBucket(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: some CellAdding, _ series: SeriesTable
    ) -> Rejection? {
        guard let boundaries = self.value.boundaries else { return nil }
        let product = value * Double(Int64(clamping: times))
        guard cells.addDirectly(product, at: self.value.first &+ boundaries.value.count &+ 1) else {
            return countLargeIntoBucket(value, times, row, cells, series)
        }
        count(value, times, in: boundaries, row, cells, series)
        return nil
    }

    @inline(never)
    private func countLargeIntoBucket(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: some CellAdding, _ series: SeriesTable
    ) -> Rejection? {
        guard let boundaries = self.value.boundaries else { return nil }
        let product = value * Double(Int64(clamping: times))
        guard cells.add(product, at: self.value.first &+ boundaries.value.count &+ 1, of: row) else {
            return Self.refusal(of: value)
        }
        count(value, times, in: boundaries, row, cells, series)
        return nil
    }

    /// Counts what the sum has taken.
    @inline(__always)
    func count(
        _ value: Double, _ times: UInt64, in boundaries: ArenaBox<Boundaries>, _ row: Row,
        _ cells: some CellAdding,
        _ series: SeriesTable
    ) {
        let bucket = boundaries.value.bucket(of: value)
        let before = cells.exchangeAdd(times, at: self.value.first &+ bucket)
        self.value.exemplars?.offer(value, bucket: bucket, before: before, row: row, series)
    }

    @inline(__always)
    func observeInWindow(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: some CellAdding, _ series: SeriesTable
    ) -> Rejection? {
        // First, as it is a call, over which everything else would have to be kept.
        let slice = self.value.window?.value.currentSlice(series.clock)
        let sum = self.value.first &+ 1
        guard cells.isThreadExclusive, let slice, let window = self.value.window,
            let total = cells.sum(adding: value * Double(Int64(clamping: times)), at: sum),
            window.observeAgain(value, times, slice, cells.direct, first: self.value.first)
        else { return observeInWindowApart(value, times, row, cells, series) }
        cells.set(total, at: sum)
        cells.add(times, at: self.value.first)
        return nil
    }

    @inline(never)
    private func observeInWindowApart(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: some CellAdding, _ series: SeriesTable
    ) -> Rejection? {
        let slice = self.value.window?.value.currentSlice(series.clock) ?? 0
        let product = value * Double(Int64(clamping: times))
        guard let sum = cells.sum(adding: product, at: self.value.first &+ 1) else {
            return observeLargeInWindow(value, times, product, slice, row, cells, series)
        }
        guard note(value, times, slice, row, cells, series) else {
            return series.divert(value, times, from: row, self)
        }
        if cells.isThreadExclusive {
            cells.set(sum, at: self.value.first &+ 1)
        } else {
            // Where another thread made the sum too large in between, the window alone has the value.
            guard cells.addDirectly(product, at: self.value.first &+ 1) else { return .overflow }
        }
        cells.add(times, at: self.value.first)
        return nil
    }

    @inline(never)
    private func observeLargeInWindow(
        _ value: Double, _ times: UInt64, _ product: Double, _ slice: UInt32, _ row: Row,
        _ cells: some CellAdding,
        _ series: SeriesTable
    ) -> Rejection? {
        let sum = self.value.first &+ 1
        guard cells.wouldTake(product, at: sum, of: row) else { return Self.refusal(of: value) }
        guard note(value, times, slice, row, cells, series) else {
            return series.divert(value, times, from: row, self)
        }
        guard cells.add(product, at: sum, of: row) else { return Self.refusal(of: value) }
        cells.add(times, at: self.value.first)
        return nil
    }

    /// Notes a value in the window; false where there is no memory.
    @inline(__always)
    private func note(
        _ value: Double, _ times: UInt64, _ slice: UInt32, _ row: Row, _ cells: some CellAdding,
        _ series: SeriesTable,
        isPrivileged: Bool = false
    ) -> Bool {
        self.value.window?.observe(
            value, times, slice, row, cells.direct, first: self.value.first, rest: self.value.rest, series,
            isPrivileged: isPrivileged) ?? true
    }

    @inline(__always)
    func observeNatively(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: some CellAdding, _ series: SeriesTable
    ) -> Rejection? {
        guard let native = self.value.native else { return nil }
        let (first, rest) = (self.value.first, self.value.rest)
        let outcome = native.observe(
            value, times: times, row: row, cells: cells, first: first, rest: rest, series)
        switch outcome {
        case .noMemory: return series.divert(value, times, from: row, self)
        case .refused: return Self.refusal(of: value)
        case .beyondLimit:
            countClassically(value, times, cells)
            // What is planned comes first: a reset would be undone by it.
            if !cells.isPlanned { series.limit(native.value, row, first: first, rest: rest) }
        case .counted(let before):
            countClassically(value, times, cells)
            let bucket = Exemplars.nativeSlot(value)
            self.value.exemplars?.offer(value, bucket: bucket, before: before, row: row, series)
        }
        return nil
    }
}

extension ArenaBox<CellLayout> {
    /// Counts what a native histogram has counted by boundaries too, where it has some.
    @inline(__always)
    private func countClassically(_ value: Double, _ times: UInt64, _ cells: some CellAdding) {
        guard let boundaries = self.value.boundaries else { return }
        let classic = self.value.first &+ NativeHistogram.copiedCellCount
        cells.add(times, at: classic &+ boundaries.value.bucket(of: value))
    }

    /// Makes a native histogram small enough again where it is not.
    func limit(_ row: Row, _ series: SeriesTable) {
        let (first, rest) = (self.value.first, self.value.rest)
        guard let native = self.value.native,
            NativeHistogram.State(row, rest).bucketCount >= native.value.buckets.limit
        else { return }
        series.limit(native.value, row, first: first, rest: rest)
    }
}

/// Observing in a series that must work, with the memory that is kept for such.
extension ArenaBox<CellLayout> {
    /// Records `value`, which was checked, `times` times in the overflow series or in one of the exporter's own.
    ///
    /// A summary without that memory too misses the value in its quantiles alone.
    @inline(never)
    func recordPrivileged(_ value: Double, _ times: UInt64, in row: Row, _ series: SeriesTable) -> Rejection?
    {
        switch self.value.kind {
        case .summary: observePrivileged(value, times, row, series)
        case .native: observeNativelyPrivileged(value, times, row, series)
        case .total, .upDown, .gauge, .distinct, .histogram: .storeFull
        }
    }

    private func observePrivileged(
        _ value: Double, _ times: UInt64, _ row: Row, _ series: SeriesTable
    ) -> Rejection? {
        let (cells, sum) = (row.cells, self.value.first &+ 1)
        let product = value * Double(Int64(clamping: times))
        guard cells.add(product, at: sum, of: row) else { return Self.refusal(of: value) }
        let slice = self.value.window?.value.currentSlice(series.clock) ?? 0
        _ = note(value, times, slice, row, cells, series, isPrivileged: true)
        cells.add(times, at: self.value.first)
        return nil
    }

    private func observeNativelyPrivileged(
        _ value: Double, _ times: UInt64, _ row: Row, _ series: SeriesTable
    ) -> Rejection? {
        let (first, rest) = (self.value.first, self.value.rest)
        let outcome = self.value.native?.observe(
            value, times: times, row: row, cells: row.cells, first: first, rest: rest, series,
            isPrivileged: true)
        switch outcome {
        case .noMemory: return .storeFull
        case .refused: return Self.refusal(of: value)
        case .beyondLimit:
            countClassically(value, times, row.cells)
            if let native = self.value.native { series.limit(native.value, row, first: first, rest: rest) }
        case .counted: countClassically(value, times, row.cells)
        case nil: break
        }
        return nil
    }
}
