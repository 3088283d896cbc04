import Arena

extension NativeHistogram {
    /// When it was created or reset, as a `CoarseClock.moment`.
    func created(_ row: Row, rest: Int) -> UInt64 { max(row.cell(rest + 2).bits, row.created) }

    /// The histogram at this moment, with no more buckets than it may have.
    func readWithinLimit(_ row: Row, first: Int, rest: Int, _ series: SeriesTable) -> NativeReading {
        var reading = read(row, first: first, rest: rest, series)
        // Only the copy is made coarser. The threads that observe make the histogram smaller, perhaps by a reset.
        while reading.bucketCount > buckets.limit, reading.schema > Self.coarsest {
            reading = reading.coarsened()
        }
        return reading
    }

    /// The histogram at this moment, each count read once.
    func read(_ row: Row, first: Int, rest: Int, _ series: SeriesTable) -> NativeReading {
        let table = series.table
        let widened = row.cell(rest + 1).double
        let threshold = widened > 0 ? widened : buckets.zeroThreshold
        var zeros = table.total(row, first + 1)
        var coarsest = State(row, rest).coarsening
        var positive: [Entry] = []
        var negative: [Entry] = []
        forEachBlock(of: row, first: first, table) { coarsening, key, block in
            // By the value, not by its coarser bucket, which may reach beyond the threshold: zeros never become fewer.
            func isAboveThreshold(_ index: Int) -> Bool {
                scale.upperBoundary(of: index << coarsening) > threshold
            }
            let isWhole = isAboveThreshold(key.firstIndex)
            for offset in 0..<BucketDirectory.bucketsPerBlock {
                let count = block.cell(offset).bits
                guard count != 0 else { continue }
                let entry = Entry(coarsening: coarsening, index: key.firstIndex + offset, count: count)
                if isWhole || isAboveThreshold(entry.index) {
                    coarsest = max(coarsest, coarsening)
                    if key.isNegative { negative.append(entry) } else { positive.append(entry) }
                } else {
                    zeros &+= count
                }
            }
        }
        return NativeReading(
            schema: scale.schema - coarsest, zeroThreshold: threshold, zeroCount: zeros,
            sum: table.doubleTotal(row, first), positive: Self.buckets(positive, coarsest),
            negative: Self.buckets(negative, coarsest))
    }

    /// What one list counted in one bucket.
    private struct Entry {
        let coarsening: Int
        let index: Int
        let count: UInt64
    }

    /// The entries as buckets of one coarsening, ascending.
    private static func buckets(_ entries: [Entry], _ coarsest: Int) -> [NativeReading.Bucket] {
        var buckets: [NativeReading.Bucket] = []
        buckets.reserveCapacity(entries.count)
        var isAscending = true
        for entry in entries {
            let index = ExponentialScale.coarsened(entry.index, by: coarsest - entry.coarsening)
            if let last = buckets.last?.index { isAscending = isAscending && last < index }
            buckets.append(.init(index: index, count: entry.count))
        }
        // Those of one list most often are.
        return isAscending ? buckets : merged(buckets.sorted { $0.index < $1.index })
    }

    /// Buckets of which neighbours may be of the same index, with these added up.
    private static func merged(_ buckets: [NativeReading.Bucket]) -> [NativeReading.Bucket] {
        var merged: [NativeReading.Bucket] = []
        for bucket in buckets {
            let held = merged.last?.index == bucket.index ? merged.removeLast().count : 0
            merged.append(.init(index: bucket.index, count: held &+ bucket.count))
        }
        return merged
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
    func forEachBlock(_ newest: Cell, _ body: (Int, BucketDirectory.Key, Block) -> Void) {
        forEachDirectory(from: newest.acquire()) { _, directory in
            directory.forEach(at: place) { body(directory.coarsening, $0, $1) }
        }
    }
}
