import Arena

extension NativeHistogram {
    /// Makes the histogram small enough again; for one thread at a time, and none that reads.
    @inline(never)
    func limit(_ row: Row, first: Int, rest: Int, _ series: SeriesTable) {
        let now = series.clock.milliseconds
        let counted = State(row, rest).bucketCount
        var reading = read(row, first: first, rest: rest, series)
        if reading.bucketCount > buckets.limit, let resetAfter = buckets.resetAfter {
            let last = created(row, rest: rest)
            if now >= last, now - last >= resetAfter.wholeMilliseconds {
                return reset(row, first: first, rest: rest, series, now: now)
            }
        }
        while reading.bucketCount > buckets.limit {
            guard
                widenZero(row.cell(rest + 1), reading)
                    // What a late thread counted may be coarser than what the row wants.
                    || coarsen(
                        row, rest, to: max(State(row, rest).coarsening, scale.schema - reading.schema) + 1)
            else { break }
            reading = read(row, first: first, rest: rest, series)
        }
        State(row, rest).correct(counted: counted, to: reading.bucketCount)
    }

    /// Has the zero bucket take in the smallest bucket, where it may grow that far.
    private func widenZero(_ threshold: Cell, _ reading: NativeReading) -> Bool {
        let smallest = [reading.positive.first, reading.negative.first].compactMap { $0?.index }.min()
        guard let smallest else { return false }
        let wider = ExponentialScale.upperBoundary(of: smallest, schema: reading.schema)
        guard wider > reading.zeroThreshold, wider <= buckets.largestZeroThreshold else { return false }
        threshold.double = wider
        return true
    }

    /// Sets all counts to zero and begins anew at the full resolution; for one thread at a time, and none that reads.
    ///
    /// What threads counted for themselves only they may write: it is deducted, where there is memory for that. A thread
    /// that finds no current directory begins anew too.
    func reset(_ row: Row, first: Int, rest: Int, _ series: SeriesTable, now: UInt64) {
        let table = series.table
        let newest = row.cell(first + Self.newestCell)
        var own = NativeSums()
        forEachBlock(newest) { purpose, key, block in
            guard !purpose.isDeduction else { return own.add(block, key, purpose) }
            for offset in 0..<BucketDirectory.bucketsPerBlock {
                block.cell(offset).add(0 &- block.cell(offset).bits)
            }
        }
        table.forEachOwnCopy(ofCell: first + Self.newestCell, in: row) { newest in
            forEachBlock(newest) { own.add($2, $1, $0) }
        }
        table.clear(row, sum: first)
        table.clear(row, counts: first + 1..<first + 2)
        for entry in own.entries {
            let key = BucketDirectory.Key(index: entry.index, isNegative: entry.isNegative)
            deductions(entry.coarsening, key, newest, series)?.cell(entry.index - key.firstIndex)
                .add(0 &- entry.count)
        }
        State(row, rest).clear()
        row.cell(rest + 1).bits = 0
        row.cell(rest + 2).bits = now
        table.forEachCopy(ofCell: first + Self.currentCell, in: row) { $0.bits = 0 }
    }

    /// Sets the buckets of the running thread to zero, and what is deducted from them; while none else reads or resets.
    func clearOwn(_ list: Cells, _ row: Row, first: Int, _ series: SeriesTable) {
        forEachBlock(list.cell(first + Self.newestCell)) { purpose, key, block in
            let newest = row.cell(first + Self.newestCell)
            guard let deductions = deductions(purpose.coarsening, key, newest, series) else { return }
            for offset in 0..<BucketDirectory.bucketsPerBlock {
                deductions.cell(offset).add(block.cell(offset).bits)
                block.cell(offset).bits = 0
            }
        }
    }

    /// The block with what is taken off those of threads' own, in a directory of the row that has room for it; nil without
    /// memory.
    private func deductions(
        _ coarsening: Int, _ key: BucketDirectory.Key, _ newest: Cell, _ series: SeriesTable
    ) -> Block? {
        let purpose = Purpose(coarsening: coarsening, isDeduction: true)
        var found: Block?
        func hasRoom(_ directory: BucketDirectory) -> Bool {
            guard Purpose(directory) == purpose else { return false }
            found = directory.block(key, byteCount: Self.blockSize, at: place, series)
            return found != nil
        }
        if find(newest, hasRoom) == nil, let made = make(purpose, newest, series.table.arena) {
            _ = hasRoom(BucketDirectory(Block(address: made, at: place)))
        }
        return found
    }
}
