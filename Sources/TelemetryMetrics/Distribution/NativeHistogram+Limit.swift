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
        // Near the limit each bucket that one more thread opens would have all of them counted; see `readWithinLimit`.
        State(row, rest).correct(
            counted: counted, to: min(reading.bucketCount, buckets.limit - buckets.limit / 16))
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
        // First, so that threads count finely again while the rest is done, those with buckets of their own after it.
        State(row, rest).clear()
        table.forEachCopy(ofCell: first + Self.currentCell, in: row) { $0.bits = 0 }
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
        row.cell(rest + 1).bits = 0
        row.cell(rest + 2).bits = now
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

    /// The block with what is taken off those of threads' own, in a directory of the row; nil without memory.
    private func deductions(
        _ coarsening: Int, _ key: BucketDirectory.Key, _ newest: Cell, _ series: SeriesTable
    ) -> Block? {
        let purpose = Purpose(coarsening: coarsening, isDeduction: true)
        while true {
            let head = newest.acquire()
            var known: Block?
            _ = find(head) { directory in
                if Purpose(directory) == purpose { known = directory.known(key, at: place) }
                return known != nil
            }
            if let known { return known }
            let free = find(head) { Purpose($0) == purpose && !$0.isFull }
            if let free = free ?? make(purpose, newest, after: head, series.table.arena) {
                return BucketDirectory(Block(address: free, at: place))
                    .block(key, byteCount: Self.blockSize, at: place, series)
            }
            // No directory also where another thread put its own there first.
            if newest.acquire() == head { return nil }
        }
    }
}
