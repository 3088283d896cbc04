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
        var counts: [Entry] = []
        forEachEntry(of: row, first: first, table) { entry in
            // By the value, not by its coarser bucket, which may reach beyond the threshold: zeros never become fewer.
            let upper = ExponentialScale.upperBoundary(
                of: entry.index, schema: scale.schema - entry.coarsening)
            if upper > threshold {
                coarsest = max(coarsest, entry.coarsening)
                counts.append(entry)
            } else {
                zeros &+= entry.count
            }
        }
        func side(isNegative: Bool) -> [NativeReading.Bucket] {
            var buckets: [Int: UInt64] = [:]
            for entry in counts where entry.isNegative == isNegative {
                let index = ExponentialScale.coarsened(entry.index, by: coarsest - entry.coarsening)
                buckets[index, default: 0] &+= entry.count
            }
            return buckets.sorted { $0.key < $1.key }.map { .init(index: $0.key, count: $0.value) }
        }
        return NativeReading(
            schema: scale.schema - coarsest, zeroThreshold: threshold, zeroCount: zeros,
            sum: table.doubleTotal(row, first), positive: side(isNegative: false),
            negative: side(isNegative: true))
    }

    /// What one list counted in one bucket.
    private struct Entry {
        let coarsening: Int
        let isNegative: Bool
        let index: Int
        let count: UInt64
    }

    /// Calls `body` with the buckets that hold any, of the lists that have a current directory.
    private func forEachEntry(of row: Row, first: Int, _ table: Table, _ body: (Entry) -> Void) {
        table.forEachCells(of: row) { list in
            guard list.cell(first + Self.currentCell).acquire() != 0 else { return }
            forEachBlock(list.cell(first + Self.newestCell)) { coarsening, key, block in
                for offset in 0..<BucketDirectory.bucketsPerBlock {
                    let count = block.cell(offset).bits
                    guard count != 0 else { continue }
                    body(
                        Entry(
                            coarsening: coarsening, isNegative: key.isNegative,
                            index: key.firstIndex + offset, count: count))
                }
            }
        }
    }

    /// Calls `body` with the blocks of a list, each with its coarsening.
    func forEachBlock(_ newest: Cell, _ body: (Int, BucketDirectory.Key, Block) -> Void) {
        forEachDirectory(from: newest.acquire()) { _, directory in
            directory.forEach(at: place) { body(directory.coarsening, $0, $1) }
        }
    }
}
