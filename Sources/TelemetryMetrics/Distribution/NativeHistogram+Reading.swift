import Arena

extension NativeHistogram {
    /// When it was created or reset, as a `CoarseClock.moment`.
    func created(_ row: Row, rest: Int) -> UInt64 { max(row.cell(rest + 2).bits, row.created) }

    /// Reads the histogram at this moment, with no more buckets than it may have.
    func readWithinLimit(
        _ row: Row, first: Int, rest: Int, _ series: SeriesTable, into reading: inout NativeReading
    ) {
        read(row, first: first, rest: rest, series, into: &reading)
        // Only the copy is made coarser. The threads that observe make the histogram smaller, perhaps by a reset.
        while reading.bucketCount > buckets.limit, reading.schema > Self.coarsest { reading.coarsen(by: 1) }
    }

    /// The histogram at this moment, each count read once.
    func read(_ row: Row, first: Int, rest: Int, _ series: SeriesTable) -> NativeReading {
        var reading = NativeReading()
        read(row, first: first, rest: rest, series, into: &reading)
        return reading
    }

    private func read(
        _ row: Row, first: Int, rest: Int, _ series: SeriesTable, into reading: inout NativeReading
    ) {
        let table = series.table
        let widened = row.cell(rest + 1).double
        reading.removeAll()
        reading.zeroThreshold = widened > 0 ? widened : buckets.zeroThreshold
        reading.zeroCount = table.total(row, first + 1)
        reading.schema = scale.schema - State(row, rest).coarsening
        // By the value, not by its coarser bucket, which may reach beyond the threshold: zeros never become fewer.
        let lowest = scale.firstIndex(above: reading.zeroThreshold)
        forEachBlock(of: row, first: first, table) { coarsening, key, block in
            var filled = Self.filled(block)
            while filled != 0 {
                let offset = filled.trailingZeroBitCount
                filled &= filled &- 1
                let bucket = NativeReading.Bucket(
                    index: key.firstIndex &+ offset, count: block.cell(offset).bits)
                if bucket.index << coarsening < lowest {
                    reading.zeroCount &+= bucket.count
                } else {
                    reading.append(bucket, schema: scale.schema - coarsening, isNegative: key.isNegative)
                }
            }
        }
        reading.sort()
        reading.sum = table.doubleTotal(row, first)
    }

    /// A bit for each bucket of a block that holds something, the first one lowest.
    ///
    /// A branch for each would be mispredicted at every second bucket.
    @inline(__always)
    private static func filled(_ block: Block) -> UInt32 {
        var bits: UInt32 = 0
        for offset in 0..<BucketDirectory.bucketsPerBlock {
            bits |= (block.cell(offset).bits == 0 ? 0 : 1) &<< UInt32(truncatingIfNeeded: offset)
        }
        return bits
    }

    /// Calls `body` with the blocks of the lists that have a current directory, each with its coarsening.
    @inline(__always)
    private func forEachBlock(
        of row: Row, first: Int, _ table: Table, _ body: (Int, BucketDirectory.Key, Block) -> Void
    ) {
        table.forEachCells(of: row) { list in
            guard list.cell(first + Self.currentCell).acquire() != 0 else { return }
            forEachBlock(list.cell(first + Self.newestCell), body)
        }
    }

    /// Calls `body` with the blocks of a list, each with its coarsening.
    @inline(__always)
    func forEachBlock(_ newest: Cell, _ body: (Int, BucketDirectory.Key, Block) -> Void) {
        forEachDirectory(from: newest.acquire()) { _, directory in
            directory.forEach(at: place) { body(directory.coarsening, $0, $1) }
        }
    }
}
