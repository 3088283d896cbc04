import Arena

extension NativeHistogram {
    /// Makes the histogram small enough again; for one thread at a time, and none that reads.
    @inline(never)
    func limit(_ row: Row, first: Int, rest: Int, _ series: SeriesTable) {
        let now = series.clock.moment
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
                    // Counts of a late thread may be coarser than the row's resolution.
                    || coarsen(
                        row, rest, to: max(State(row, rest).coarsening, scale.schema - reading.schema) + 1)
            else { break }
            reading = read(row, first: first, rest: rest, series)
        }
        // Otherwise each bucket that a further thread opens near the limit would have all of them counted; see
        // `readWithinLimit`.
        State(row, rest).correct(
            counted: counted, to: min(reading.bucketCount, buckets.limit - buckets.limit / 16))
    }

    /// Widens the zero bucket by the smallest bucket, where it may grow that far.
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
    /// Readers leave out a list without a current directory. A thread that finds its own list so frees what it held and begins
    /// a new one. The row's list has many writers, so what it holds is subtracted.
    func reset(_ row: Row, first: Int, rest: Int, _ series: SeriesTable, now: UInt64) {
        let table = series.table
        // First, so that lists begin anew at the full resolution.
        State(row, rest).clear()
        // Releases what readers read there before: from now on the list's thread may free the memory.
        table.forEachCells(of: row) { $0.cell(first + Self.currentCell).publish(0) }
        forEachBlock(row.cell(first + Self.newestCell)) { _, _, block in
            for offset in 0..<BucketDirectory.bucketsPerBlock {
                block.cell(offset).add(0 &- block.cell(offset).bits)
            }
        }
        table.clear(row, sum: first)
        table.clear(row, counts: first + 1..<first + 2)
        let classic = first + Self.copiedCellCount
        table.clear(row, counts: classic..<classic + classicCount)
        row.cell(rest + 1).bits = 0
        row.cell(rest + 2).bits = now
    }
}
