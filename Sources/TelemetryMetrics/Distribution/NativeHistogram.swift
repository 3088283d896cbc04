import Arena
import Glibc

/// A histogram of exponential buckets without a fixed range, at a limited number of buckets.
///
/// Counts never move. The row leads to the directories of all resolutions that were used, one of which is current; a
/// value is counted in the one that is found first, also by a thread that is late, and whoever reads adds up all of them.
/// So observing takes no lock whatever becomes of the limit. Thread-safe.
struct NativeHistogram: Sendable, BitwiseCopyable {
    /// Cells with copies per stripe: the sum, and the count of zeros.
    static let stripedCellCount = 2
    /// Further cells: the newest directory, the current one, the widened zero threshold or 0, and when the histogram was
    /// reset, in milliseconds or 0.
    static let cellCount = 4
    static let blockSize = BucketDirectory.bucketsPerBlock * 8
    private static let coarsest = -4

    let buckets: NativeBuckets
    let scale: ExponentialScale
    let place: ArenaPlace

    init(_ buckets: NativeBuckets, arena: Arena) throws(ArenaError) {
        self.buckets = buckets
        place = arena.place
        scale = try ExponentialScale(schema: buckets.schema, arena: arena)
    }

    func release(to arena: Arena) { scale.release(to: arena) }

    /// What became of a value.
    enum Outcome {
        /// It is counted; the bucket held `before` values.
        case counted(octave: Int, before: UInt64)
        /// As `counted`, and now there are too many buckets.
        case beyondLimit
        case noMemory
    }

    /// Makes the directory of a resolution the current one, if the one at `old` still is; the one that is then.
    @inline(never)
    func use(
        _ coarsening: Int, insteadOf old: UInt32, _ row: Row, _ rest: Int, _ series: SeriesTable
    ) -> BucketDirectory? {
        guard let address = directory(coarsening, row.cell(rest), series.table.arena) else { return nil }
        _ = row.cell(rest + 1).replace(UInt64(old), by: UInt64(address))
        let current = UInt32(truncatingIfNeeded: row.cell(rest + 1).acquire())
        return BucketDirectory(Block(address: current, at: place))
    }

    /// The address of the directory of a resolution, made where there is none.
    private func directory(_ coarsening: Int, _ newest: Cell, _ arena: Arena) -> UInt32? {
        while true {
            let head = newest.acquire()
            var address = UInt32(truncatingIfNeeded: head)
            while address != 0 {
                let block = Block(address: address, in: arena)
                if Resolution(BucketDirectory(block)).coarsening == coarsening { return address }
                address = block.link.acquire()
            }
            guard
                let made = try? Block.make(
                    byteCount: (BucketDirectory.smallestSize + 1) * 8, isDirectory: true, in: arena)
            else {
                return nil
            }
            let block = Block(address: made, in: arena)
            Resolution(BucketDirectory(block)).set(coarsening: coarsening)
            block.link.publish(UInt32(truncatingIfNeeded: head))
            if newest.replace(head, by: UInt64(made)) { return made }
            block.link.publish(0)
            Block.release(made, to: arena)
        }
    }

    /// Halves the resolution of a row that has a directory, unless another thread did so already; false where there is
    /// none coarser.
    @inline(never)
    func coarsen(_ row: Row, _ rest: Int, from coarsening: Int, _ series: SeriesTable) -> Bool {
        guard scale.schema - coarsening > Self.coarsest else { return false }
        let old = UInt32(truncatingIfNeeded: row.cell(rest + 1).acquire())
        let directory = BucketDirectory(Block(address: old, at: place))
        guard Resolution(directory).coarsening == coarsening else { return true }
        guard let coarser = use(coarsening + 1, insteadOf: old, row, rest, series) else { return false }
        // At most as many as there were: where that is too many, the limit is looked at sooner.
        Resolution(coarser).addBuckets(Resolution(directory).bucketCount)
        return true
    }

    /// What a directory holds behind its entries: in the upper half of a cell, as the lower one leads to no block.
    struct Resolution {
        private let cell: Cell

        @inline(__always)
        init(_ directory: BucketDirectory) { cell = directory.cells.cell(BucketDirectory.smallestSize) }

        /// How much coarser the buckets are than those of the schema.
        @inline(__always)
        var coarsening: Int { Int(truncatingIfNeeded: cell.bits >> 56) }

        /// Counts a bucket that holds something now; how many there were before.
        func addBucket() -> Int {
            Int(truncatingIfNeeded: cell.exchangeAdd(1 << 32) >> 32 & 0xFF_FFFF)
        }

        /// How many buckets were counted, some of them more than once.
        var bucketCount: Int { Int(truncatingIfNeeded: cell.bits >> 32 & 0xFF_FFFF) }

        func addBuckets(_ count: Int) { cell.add(UInt64(min(count, 0xFFFF)) << 32) }

        func set(coarsening: Int, buckets: Int = 0) {
            cell.bits = UInt64(coarsening) << 56 | UInt64(buckets) << 32
        }
    }
}

extension NativeHistogram {
    /// The directory that values are counted in; nil where there is none yet.
    @inline(__always)
    static func current(_ row: Row, _ rest: Int, at place: ArenaPlace) -> BucketDirectory? {
        let address = UInt32(truncatingIfNeeded: row.cell(rest &+ 1).acquire())
        return address == 0 ? nil : BucketDirectory(Block(address: address, at: place))
    }

    /// Makes the histogram small enough again; for one thread at a time, and none that reads.
    ///
    /// Returns true where it was reset.
    @inline(never)
    func limit(
        _ row: Row, first: Int, rest: Int, _ series: SeriesTable
    ) -> Bool {
        let now = series.clock.milliseconds
        var reading = read(row, first: first, rest: rest, series)
        if reading.bucketCount > buckets.limit, let resetAfter = buckets.resetAfter {
            let last = created(row, rest: rest)
            if now >= last, now - last >= resetAfter.wholeMilliseconds {
                reset(row, first: first, rest: rest, series, now: now)
                return true
            }
        }
        while reading.bucketCount > buckets.limit {
            if !widenZero(row.cell(rest + 2), reading) {
                // What a late thread counted may be coarser than the current directory is.
                guard let directory = Self.current(row, rest, at: place),
                    coarsen(row, rest, from: Resolution(directory).coarsening, series)
                else {
                    break
                }
            }
            reading = read(row, first: first, rest: rest, series)
        }
        if let directory = Self.current(row, rest, at: place) {
            Resolution(directory).set(
                coarsening: Resolution(directory).coarsening, buckets: reading.bucketCount)
        }
        return false
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
    func reset(_ row: Row, first: Int, rest: Int, _ series: SeriesTable, now: UInt64) {
        let table = series.table
        table.clear(row, sum: first)
        table.clear(row, counts: first + 1..<first + 2)
        forEachDirectory(row.cell(rest)) { directory in
            directory.forEach(at: place) { _, block in
                for index in 0..<BucketDirectory.bucketsPerBlock { block.cell(index).bits = 0 }
            }
        }
        row.cell(rest + 2).bits = 0
        row.cell(rest + 3).bits = now
        let old = UInt32(truncatingIfNeeded: row.cell(rest + 1).acquire())
        guard old != 0, let directory = use(0, insteadOf: old, row, rest, series) else { return }
        Resolution(directory).set(coarsening: Resolution(directory).coarsening)
    }

    /// When it was created or reset, in milliseconds since the Unix epoch.
    func created(_ row: Row, rest: Int) -> UInt64 { max(row.cell(rest + 3).bits, row.created) }

    private func forEachDirectory(_ cell: Cell, _ body: (BucketDirectory) -> Void) {
        var address = UInt32(truncatingIfNeeded: cell.acquire())
        while address != 0 {
            let block = Block(address: address, at: place)
            body(BucketDirectory(block))
            address = block.link.acquire()
        }
    }

    /// The histogram at this moment, each count read once.
    func read(_ row: Row, first: Int, rest: Int, _ series: SeriesTable) -> NativeReading {
        let table = series.table
        let widened = row.cell(rest + 2).double
        let threshold = widened > 0 ? widened : buckets.zeroThreshold
        var zeros = table.total(row, first + 1)
        var coarsest = Self.current(row, rest, at: place).map { Resolution($0).coarsening } ?? 0
        var counts: [(index: Int, isNegative: Bool, coarsening: Int, count: UInt64)] = []
        forEachDirectory(row.cell(rest)) { directory in
            let coarsening = Resolution(directory).coarsening
            directory.forEach(at: place) { key, block in
                for offset in 0..<BucketDirectory.bucketsPerBlock {
                    let count = block.cell(offset).bits
                    guard count > 0 else { continue }
                    let index = key.firstIndex + offset
                    // Not by the coarser bucket, which may reach beyond the threshold: zeros never become fewer.
                    let upper = ExponentialScale.upperBoundary(of: index, schema: scale.schema - coarsening)
                    guard upper > threshold else {
                        zeros &+= count
                        continue
                    }
                    coarsest = max(coarsest, coarsening)
                    counts.append((index, key.isNegative, coarsening, count))
                }
            }
        }
        var sides: [[Int: UInt64]] = [[:], [:]]
        for entry in counts {
            let index = ExponentialScale.coarsened(entry.index, by: coarsest - entry.coarsening)
            sides[entry.isNegative ? 1 : 0][index, default: 0] &+= entry.count
        }
        let sorted = sides.map { side in
            side.sorted { $0.key < $1.key }.map { NativeReading.Bucket(index: $0.key, count: $0.value) }
        }
        return NativeReading(
            schema: scale.schema - coarsest, zeroThreshold: threshold, zeroCount: zeros,
            sum: table.doubleTotal(row, first), positive: sorted[0], negative: sorted[1])
    }
}
