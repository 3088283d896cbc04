import Arena

/// Observing reads the histogram in place, since calls of its own methods would copy it.
extension ArenaBox<NativeHistogram> {
    private typealias Native = NativeHistogram

    /// Counts `value`, which is finite, `times` times.
    @inline(__always)
    func observe(
        _ value: Double, times: UInt64, row: Row, cells: some CellAdding, first: Int, rest: Int,
        _ series: SeriesTable,
        isPrivileged: Bool = false
    ) -> NativeHistogram.Outcome {
        if let before = observeAgain(value, times, row, cells, first, rest) {
            return .counted(before: before)
        }
        return observeAnywhere(value, times, row, cells, first, rest, series, isPrivileged: isPrivileged)
    }

    /// Counts a value in a bucket of the thread's own that is in use already: the common case.
    ///
    /// - Returns: how many values the bucket held; nil where this case does not apply and nothing was counted.
    @inline(__always)
    func observeAgain(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: some CellAdding, _ first: Int, _ rest: Int
    ) -> UInt64? {
        let current = cells.cell(first &+ Native.currentCell).acquire()
        guard cells.isThreadExclusive, UInt32(truncatingIfNeeded: current) != 0,
            value.magnitude > self.value.buckets.zeroThreshold,
            value.magnitude > row.cell(rest &+ 1).double
        else { return nil }
        let index = ExponentialScale.coarsened(
            self.value.scale.index(of: value.magnitude), by: Int(truncatingIfNeeded: current >> 32))
        let place = self.value.place
        let directory = BucketDirectory(Block(address: UInt32(truncatingIfNeeded: current), at: place))
        let key = BucketDirectory.Key(index: index, isNegative: value.sign == .minus)
        guard let block = directory.nearBlock(key, at: place) else { return nil }
        let bucket = index & (BucketDirectory.bucketsPerBlock - 1)
        guard block.cell(bucket).bits != 0,
            cells.addDirectly(value * Double(Int64(clamping: times)), at: first)
        else { return nil }
        return cells.cells(of: block, isThreadExclusive: true).exchangeAdd(times, at: bucket)
    }

    @inline(never)
    private func observeAnywhere(
        _ value: Double, _ times: UInt64, _ row: Row, _ cells: some CellAdding, _ first: Int, _ rest: Int,
        _ series: SeriesTable, isPrivileged: Bool
    ) -> NativeHistogram.Outcome {
        if value.magnitude <= max(row.cell(rest &+ 1).double, self.value.buckets.zeroThreshold) {
            guard cells.add(value * Double(Int64(clamping: times)), at: first, of: row) else {
                return .refused
            }
            return .counted(before: cells.exchangeAdd(times, at: first &+ 1))
        }
        let place = self.value.place
        let fineIndex = self.value.scale.index(of: value.magnitude)
        let isThreadExclusive =
            cells.isThreadExclusive
            && (cells.cell(first &+ Native.newestCell).bits != 0 || mayHaveOwn(row, first, series))
        let list = isThreadExclusive ? cells.direct : row.cells
        let current = UInt32(truncatingIfNeeded: list.cell(first &+ Native.currentCell).acquire())
        var found =
            current != 0
            ? BucketDirectory(Block(address: current, at: place))
            : self.value.follow(
                row, in: list, first: first, rest: rest, series, isPrivileged: isPrivileged)
        while let directory = found {
            let coarsening = directory.coarsening
            let index = ExponentialScale.coarsened(fineIndex, by: coarsening)
            let key = BucketDirectory.Key(index: index, isNegative: value.sign == .minus)
            guard
                let block = directory.block(
                    key, byteCount: Native.blockSize, at: place, series, isPrivileged: isPrivileged)
            else {
                // Without memory, coarser buckets would not help.
                guard directory.isFull else { break }
                // Full because the buckets lie far apart, not because they are many.
                found = self.value.coarser(
                    than: coarsening, in: list, row, first: first, rest: rest, series,
                    isPrivileged: isPrivileged)
                continue
            }
            guard cells.add(value * Double(Int64(clamping: times)), at: first, of: row) else {
                return .refused
            }
            let before = cells.cells(of: block, isThreadExclusive: isThreadExclusive)
                .exchangeAdd(times, at: index & (BucketDirectory.bucketsPerBlock - 1))
            if before == 0, isBeyondLimit(row, coarsening, in: list, first, rest, series) {
                return .beyondLimit
            }
            return .counted(before: before)
        }
        if isThreadExclusive, cells.cell(first &+ Native.newestCell).bits == 0 {
            series.table.arena.giveBackOwnBlocks()
        }
        return .noMemory
    }

    /// Whether a thread with a copy of the cells may make buckets of its own.
    ///
    /// A row that became hot later keeps its shared buckets: adding per-thread ones would double its memory.
    private func mayHaveOwn(_ row: Row, _ first: Int, _ series: SeriesTable) -> Bool {
        row.cell(first + Native.currentCell).bits == 0 && series.takeOwnBlocks()
    }

    /// Counts a bucket that was empty; whether there are too many now.
    private func isBeyondLimit(
        _ row: Row, _ coarsening: Int, in list: Cells, _ first: Int, _ rest: Int, _ series: SeriesTable
    ) -> Bool {
        let state = Native.State(row, rest)
        if coarsening < state.coarsening {
            _ = self.value.follow(row, in: list, first: first, rest: rest, series, isPrivileged: false)
        }
        return state.addBucket() >= self.value.buckets.limit
    }
}
