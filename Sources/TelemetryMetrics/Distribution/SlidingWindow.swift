import Arena

/// The distribution of what was observed in the last minutes, in exponential buckets: what a summary's quantiles are read from.
///
/// The window slides in slices: a slice's counts are forgotten as a whole when it is older than the window. A block of
/// buckets has one line per slice, which begins with the number of the slice that it was last used for. So no clearing is
/// needed when time goes on: whoever first finds an outdated line clears it.
///
/// A line counts in 16 bits, and what goes beyond in a second block with 32 bits that most series never need. It is
/// added there before the small counter can wrap: at 61,440, which leaves room for the threads that are adding.
struct SlidingWindow: Sendable, BitwiseCopyable {
    /// How many parts the window slides in.
    static let sliceCount = 5
    /// Cells in the row: one that leads to the directory, one per slice for zeros.
    static let cellCount = 1 + sliceCount
    private static let bucketsPerLine = BucketDirectory.bucketsPerBlock
    /// Of a line, in units of 16 bits: a tag of two units, and the counters.
    private static let lineLength = 2 + bucketsPerLine
    private static let blockSize = sliceCount * lineLength * 2
    private static let wideBlockSize = sliceCount * bucketsPerLine * 4
    private static let mostInSmall: UInt16 = 61_440
    /// The most that is added to a small counter at once: 256 threads can do that together.
    private static let mostAtOnce: UInt64 = 16
    /// The tag of a line that somebody is clearing.
    private static let clearing = UInt32.max

    /// What no wide counter exceeds by more than threads add at once; and the most that is added to one without a loop.
    private static let mostInWide: UInt32 = 0xF000_0000
    private static let mostInWideAtOnce: UInt64 = 1 << 20
    /// A late thread's slice is at most this many before the one that it finds; beyond, the numbers began anew.
    private static let latest: UInt32 = 1 << 28

    private let scale: ExponentialScale
    private let place: ArenaPlace
    /// Of the directory: room for 32 powers of two, whatever the schema.
    private let directorySize: Int
    /// What milliseconds are shifted by, and multiplied with over 2^64, instead of being divided by the length of a slice.
    private let shift: UInt64
    private let reciprocal: UInt64

    /// A window of `length`, in slices of a fifth of it.
    init(scale: ExponentialScale, length: Duration, at place: ArenaPlace) {
        self.scale = scale
        self.place = place
        directorySize = BucketDirectory.smallestSize << max(scale.schema - 5, 0)
        let slice = max(length.wholeMilliseconds / UInt64(Self.sliceCount), 2)
        // Exact for lengths below 2^22 and times below 2^42, which are milliseconds until the year 2109.
        shift = UInt64(max(64 - slice.leadingZeroBitCount - 22, 0))
        reciprocal = UInt64.max / (slice >> shift) + 1
    }

    /// Gives back the tables of the scale.
    func release(to arena: Arena) { scale.release(to: arena) }

    /// Counts `value`, which is finite, `times` times at `now`; false where there is no memory.
    @inline(__always)
    func observe(
        _ value: Double, times: UInt64 = 1, row: Row, first: Int, now: UInt64, _ series: SeriesTable
    ) -> Bool {
        let slice = sliceNumber(now)
        guard value != 0 else {
            countZero(times, row: row, first: first, slice: slice)
            return true
        }
        let index = scale.index(of: value.magnitude)
        guard
            let directory = BucketDirectory.of(row.cell(first), size: directorySize, at: place, series)
        else {
            return false
        }
        let key = BucketDirectory.Key(index: index, isNegative: value < 0)
        guard let block = directory.block(key, byteCount: Self.blockSize, at: place, series) else {
            return observeNearby(index, isNegative: value < 0, times, directory, slice, series)
        }
        return count(times, in: block, offset: index & (Self.bucketsPerLine - 1), slice: slice, series)
    }

    @inline(__always)
    private func count(
        _ times: UInt64, in block: Block, offset: Int, slice: UInt32, _ series: SeriesTable
    ) -> Bool {
        let line = Int(slice % UInt32(Self.sliceCount))
        guard block.half(line &* (Self.lineLength / 2)).acquire() == slice || refresh(block, line, slice)
        else {
            // The window lacks this one, the totals don't.
            return true
        }
        let place = line &* Self.lineLength &+ 2 &+ offset
        guard times <= Self.mostAtOnce, block.quarter(place) < Self.mostInSmall else {
            return countWide(times, in: block, line &* Self.bucketsPerLine &+ offset, series)
        }
        block.add(UInt16(truncatingIfNeeded: times), toQuarter: place)
        return true
    }

    @inline(__always)
    private func countWide(_ times: UInt64, in block: Block, _ counter: Int, _ series: SeriesTable) -> Bool {
        var address = block.link.acquire()
        if address == 0 { address = Self.makeWideBlock(for: block, series) }
        guard address != 0 else { return false }
        let cell = Block(address: address, at: place).half(counter)
        if times <= Self.mostInWideAtOnce, cell.bits < Self.mostInWide {
            cell.add(UInt32(truncatingIfNeeded: times))
        } else {
            Self.fill(cell, times)
        }
        return true
    }

    /// Adds what fits.
    @inline(never)
    private static func fill(_ cell: HalfCell, _ times: UInt64) {
        while true {
            let old = cell.bits
            guard old < mostInWide else { return }
            let new = UInt32(min(UInt64(old) + min(times, UInt64(mostInWide)), UInt64(mostInWide)))
            if cell.replace(old, by: new) { return }
        }
    }

    @inline(never)
    private static func makeWideBlock(for block: Block, _ series: SeriesTable) -> UInt32 {
        (try? block.linked(byteCount: wideBlockSize, in: series.table.arena)) ?? 0
    }

    /// The slice that `now` falls into; never 0, which marks a line that was never used.
    @inline(__always)
    private func sliceNumber(_ now: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: (now &>> shift).multipliedFullWidth(by: reciprocal).high)
            & 0x7FFF_FFFF | 0x4000_0000
    }

    /// Zeros have one cell per slice: its number over the count, which stays at the most that it can hold.
    @inline(never)
    private func countZero(_ times: UInt64, row: Row, first: Int, slice: UInt32) {
        let cell = row.cell(first + 1 + Int(slice % UInt32(Self.sliceCount)))
        let most = UInt64(UInt32.max)
        while true {
            let old = cell.bits
            guard !Self.isLate(slice, for: UInt32(old >> 32)) else { return }
            let count = old >> 32 == slice ? old & most : 0
            let new = min(count + min(times, most), most)
            if cell.replace(old, by: UInt64(slice) << 32 | new) { return }
        }
    }

    /// Whether a line is used for a later slice by now; what comes for the earlier one is not of the window any more.
    private static func isLate(_ slice: UInt32, for found: UInt32) -> Bool {
        found > slice && found - slice < latest
    }

    /// Makes the line the one of `slice`; false where it is a later one's, or where somebody else is doing that and takes
    /// long.
    @inline(never)
    private func refresh(_ block: Block, _ line: Int, _ slice: UInt32) -> Bool {
        let start = line * Self.lineLength
        let tag = block.half(start / 2)
        for _ in 0..<1000 {
            let found = tag.acquire()
            if found == slice { return true }
            guard !Self.isLate(slice, for: found) else { return false }
            guard found != Self.clearing, tag.replace(found, by: Self.clearing) else { continue }
            // Two counters at a time.
            for index in 0..<Self.bucketsPerLine / 2 { block.half(start / 2 + 1 + index).bits = 0 }
            let wide = block.link.acquire()
            if wide != 0 {
                let block = Block(address: wide, at: place)
                for index in 0..<Self.bucketsPerLine {
                    block.half(line * Self.bucketsPerLine + index).bits = 0
                }
            }
            tag.publish(slice)
            return true
        }
        return false
    }

    /// A directory that is full, with values of more than 32 powers of two, leads to the bucket nearest to this one:
    /// the quantiles become coarser, nothing is lost from count and sum.
    @inline(never)
    private func observeNearby(
        _ index: Int, isNegative: Bool, _ times: UInt64, _ directory: BucketDirectory, _ slice: UInt32,
        _ series: SeriesTable
    ) -> Bool {
        var nearest: (distance: Int, block: Block, offset: Int)?
        directory.forEach(at: place) { key, block in
            let offset = min(max(index - key.firstIndex, 0), Self.bucketsPerLine - 1)
            let isSameSign = key.isNegative == isNegative
            // Values of the other sign are behind all of this one, the smallest of them first.
            let distance = isSameSign ? abs(key.firstIndex - index) : (1 << 40) + key.firstIndex
            if nearest.map({ distance < $0.distance }) ?? true {
                nearest = (distance, block, isSameSign ? offset : 0)
            }
        }
        guard let nearest else { return false }
        return count(times, in: nearest.block, offset: nearest.offset, slice: slice, series)
    }
}

extension SlidingWindow {
    /// Forgets what was observed, but for zeros, which are in cells of the row.
    func clear(_ row: Row, first: Int) {
        let address = UInt32(truncatingIfNeeded: row.cell(first).acquire())
        guard address != 0 else { return }
        BucketDirectory(Block(address: address, at: place), size: directorySize).forEach(at: place) {
            for line in 0..<Self.sliceCount { $1.half(line * Self.lineLength / 2).publish(0) }
        }
    }

    /// The quantiles of what was observed in the window before `now`; nil for an empty window.
    func quantiles(
        _ quantiles: [Double], row: Row, first: Int, now: UInt64
    ) -> [Double]? {
        let buckets = merged(row: row, first: first, now: now)
        let total = buckets.reduce(0) { $0 + $1.count }
        guard total > 0 else { return nil }
        return quantiles.map { quantile in
            let rank = Self.rank(of: quantile, total: total)
            var seen: UInt64 = 0
            for bucket in buckets {
                seen += bucket.count
                if seen >= rank { return bucket.value }
            }
            return buckets[buckets.count - 1].value
        }
    }

    /// The place of the smallest value that at least the share `quantile` of all values does not exceed.
    private static func rank(of quantile: Double, total: UInt64) -> UInt64 {
        let rank = max(UInt64((quantile * Double(total)).rounded(.up)), 1)
        // The product may have been rounded up: 0.07 times 100 is more than 7.
        return rank > 1 && Double(rank - 1) / Double(total) >= quantile ? rank - 1 : rank
    }

    /// The buckets of all current slices together, in ascending order of their values.
    private func merged(row: Row, first: Int, now: UInt64) -> [(value: Double, count: UInt64)] {
        let slice = sliceNumber(now)
        let current = (slice - UInt32(Self.sliceCount) + 1)...slice
        var result: [(value: Double, count: UInt64)] = []
        let directory = UInt32(truncatingIfNeeded: row.cell(first).acquire())
        if directory != 0 {
            let directory = BucketDirectory(Block(address: directory, at: place), size: directorySize)
            directory.forEach(at: place) { key, block in
                let lines = (0..<Self.sliceCount).filter {
                    current.contains(block.half($0 * Self.lineLength / 2).acquire())
                }
                for offset in 0..<Self.bucketsPerLine {
                    let count = lines.reduce(0) { $0 + counted(in: block, line: $1, offset) }
                    guard count > 0 else { continue }
                    let magnitude = scale.representative(of: key.firstIndex + offset)
                    result.append((key.isNegative ? -magnitude : magnitude, count))
                }
            }
        }
        let zeros = zeroCount(row: row, first: first, current: current)
        if zeros > 0 { result.append((0, zeros)) }
        return result.sorted { $0.value < $1.value }
    }

    private func counted(in block: Block, line: Int, _ offset: Int) -> UInt64 {
        let small = UInt64(block.quarter(line * Self.lineLength + 2 + offset))
        let wide = block.link.acquire()
        guard wide != 0 else { return small }
        return small + UInt64(Block(address: wide, at: place).half(line * Self.bucketsPerLine + offset).bits)
    }

    private func zeroCount(row: Row, first: Int, current: ClosedRange<UInt32>) -> UInt64 {
        (0..<Self.sliceCount).reduce(0) { sum, slice in
            let bits = row.cell(first + 1 + slice).bits
            return current.contains(UInt32(bits >> 32)) ? sum + (bits & 0xFFFF_FFFF) : sum
        }
    }
}
