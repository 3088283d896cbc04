import Arena

extension NativeHistogram {
    /// When it was created or reset, in milliseconds since the Unix epoch.
    func created(_ row: Row, rest: Int) -> UInt64 { max(row.cell(rest + 2).bits, row.created) }

    /// The histogram at this moment, with no more buckets than it may have.
    func readWithinLimit(_ row: Row, first: Int, rest: Int, _ series: SeriesTable) -> NativeReading {
        var reading = read(row, first: first, rest: rest, series)
        // Those who observe make it smaller in their own time, perhaps by a reset.
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
        var coarsening = State(row, rest).coarsening
        var counts: [NativeEntry] = []
        for entry in sums(row, first: first, table).entries {
            // Not by the coarser bucket, which may reach beyond the threshold: zeros never become fewer.
            let upper = ExponentialScale.upperBoundary(
                of: entry.index, schema: scale.schema - entry.coarsening)
            guard upper > threshold else {
                zeros &+= entry.count
                continue
            }
            coarsening = max(coarsening, entry.coarsening)
            counts.append(entry)
        }
        func side(isNegative: Bool) -> [NativeReading.Bucket] {
            var buckets: [Int: UInt64] = [:]
            for entry in counts where entry.isNegative == isNegative {
                let index = ExponentialScale.coarsened(entry.index, by: coarsening - entry.coarsening)
                buckets[index, default: 0] &+= entry.count
            }
            return buckets.sorted { $0.key < $1.key }.map { .init(index: $0.key, count: $0.value) }
        }
        return NativeReading(
            schema: scale.schema - coarsening, zeroThreshold: threshold, zeroCount: zeros,
            sum: table.doubleTotal(row, first), positive: side(isNegative: false),
            negative: side(isNegative: true))
    }

    /// The counts of all lists together.
    private func sums(_ row: Row, first: Int, _ table: Table) -> NativeSums {
        var sums = NativeSums()
        table.forEachCopy(ofCell: first + Self.newestCell, in: row) { newest in
            forEachBlock(newest) { sums.add($2, $1, $0) }
        }
        return sums
    }

    /// Calls `body` with the blocks of a list.
    func forEachBlock(_ newest: Cell, _ body: (Purpose, BucketDirectory.Key, Block) -> Void) {
        _ = find(newest.acquire()) { directory in
            let purpose = Purpose(directory)
            directory.forEach(at: place) { body(purpose, $0, $1) }
            return false
        }
    }
}

/// Counts of several threads that are added up, each as fine as it was counted.
struct NativeSums {
    private typealias Counts = InlineArray<16, UInt64>

    /// By the coarsening over the key.
    private var blocks: [UInt64: Counts] = [:]

    /// Adds what the block holds.
    mutating func add(_ block: Block, _ key: BucketDirectory.Key, _ purpose: NativeHistogram.Purpose) {
        let place = UInt64(purpose.coarsening) << 32 | UInt64(key.bits)
        for offset in 0..<BucketDirectory.bucketsPerBlock {
            let count = block.cell(offset).bits
            if count != 0 { blocks[place, default: Counts(repeating: 0)][offset] &+= count }
        }
    }

    /// What did not come to nothing.
    var entries: [NativeEntry] {
        blocks.flatMap { place, counts in
            let key = BucketDirectory.Key(bits: UInt32(truncatingIfNeeded: place))
            return counts.indices.compactMap { offset in
                guard counts[offset] != 0 else { return NativeEntry?.none }
                return NativeEntry(
                    coarsening: Int(place >> 32), isNegative: key.isNegative,
                    index: key.firstIndex + offset, count: counts[offset])
            }
        }
    }
}

/// What is counted in one bucket.
struct NativeEntry {
    let coarsening: Int
    let isNegative: Bool
    let index: Int
    let count: UInt64
}
