package import Arena

/// The distribution of what was observed in the last minutes, in exponential buckets: what a summary's quantiles are read from.
///
/// The window slides in slices: a slice's counts are forgotten as a whole when it is older than the window. The buckets
/// lie in pages that a directory in the row leads to; a page holds 15 neighbouring buckets for all slices, each slice in
/// a cache line of its own that begins with the number of the slice which it was last used for. So no clearing is needed
/// when time goes on: whoever first finds an outdated line clears it.
package struct SlidingWindow: Sendable {
    /// How many parts the window slides in.
    package static let sliceCount = 5
    /// Cells in the row: 64 for the directory, 5 for zeros.
    package static let cellCount = directorySize + sliceCount
    private static let directorySize = 64
    private static let bucketsPerPage = 15
    private static let lineLength = 16
    /// The tag of a line that somebody is clearing.
    private static let clearing = UInt32.max

    private let scale: ExponentialScale
    private let sliceLength: UInt64
    private let arena: Arena

    /// A window of `length`, in slices of a fifth of it.
    package init(scale: ExponentialScale, length: Duration, arena: Arena) {
        self.scale = scale
        self.arena = arena
        sliceLength = max(length.wholeMilliseconds / UInt64(Self.sliceCount), 1)
    }

    /// The cells that lead to pages, in a window whose cells begin at `first`.
    package static func pageCells(first: Int) -> [Int] { Array(first..<first + directorySize) }

    /// Counts `value`, which is finite, `times` times at `now`; false where there is no memory.
    package func observe(_ value: Double, times: UInt64 = 1, row: Row, first: Int, now: UInt64) -> Bool {
        let slice = sliceNumber(now)
        guard value != 0 else {
            countZero(times, row: row, first: first, slice: slice)
            return true
        }
        let bucket = scale.index(of: value.magnitude)
        let place = place(of: bucket, isNegative: value < 0, row: row, first: first)
        guard let (page, offset) = place else { return false }
        let line = Int(slice % UInt32(Self.sliceCount)) * Self.lineLength
        if refresh(page, line: line, slice: slice) {
            page.add(UInt32(clamping: times), at: line + 1 + offset)
        }
        return true
    }

    /// The slice that `now` falls into; never 0, which marks a line that was never used.
    private func sliceNumber(_ now: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: now / sliceLength) & 0x7FFF_FFFF | 0x4000_0000
    }

    /// Zeros have one cell per slice: its number over the count, which stays at the most that it can hold.
    private func countZero(_ times: UInt64, row: Row, first: Int, slice: UInt32) {
        let cell = row.cell(first + Self.directorySize + Int(slice % UInt32(Self.sliceCount)))
        let most = UInt64(UInt32.max)
        while true {
            let old = cell.bits
            let count = old >> 32 == slice ? old & most : 0
            let new = min(count + min(times, most), most)
            if cell.replace(old, by: UInt64(slice) << 32 | new) { return }
        }
    }

    /// Makes the line the one of `slice`; false where somebody else is doing that and takes long.
    private func refresh(_ page: Page, line: Int, slice: UInt32) -> Bool {
        for _ in 0..<1000 {
            let tag = page.acquire(line)
            if tag == slice { return true }
            guard tag != Self.clearing, page.replace(tag, by: Self.clearing, at: line) else { continue }
            for index in 1..<Self.lineLength { page.store(0, at: line + index) }
            page.release(slice, at: line)
            return true
        }
        return false
    }
}

extension SlidingWindow {
    /// The page of the bucket, made where it is missing, and the place of the bucket in each of its lines.
    ///
    /// A directory that is full, with values of more than thirty powers of two, leads to the bucket nearest to this one:
    /// the quantiles become coarser, nothing is lost from count and sum.
    private func place(of bucket: Int, isNegative: Bool, row: Row, first: Int) -> (page: Page, offset: Int)? {
        let group = Self.floorDivide(bucket, Self.bucketsPerPage)
        let key = Self.key(group: group, negative: isNegative)
        let start = Int((key &* 0x9E37_79B1) >> 26)
        for step in 0..<Self.directorySize {
            let cell = row.cell(first + (start + step) % Self.directorySize)
            if cell.acquire() == 0 {
                guard let address = try? Page.make(in: arena) else { return nil }
                if !cell.replace(0, by: UInt64(key) << 32 | address) { Page.release(address, to: arena) }
            }
            let entry = cell.acquire()
            guard entry >> 32 == UInt64(key) else { continue }
            return (Page(address: entry, in: arena), bucket - group * Self.bucketsPerPage)
        }
        return nearestPlace(to: bucket, isNegative: isNegative, row: row, first: first)
    }

    private func nearestPlace(
        to bucket: Int, isNegative: Bool, row: Row, first: Int
    ) -> (page: Page, offset: Int)? {
        func distance(_ entry: UInt64) -> Int {
            let (group, negative) = Self.group(of: UInt32(entry >> 32))
            // Values of the other sign are behind all of this one, the smallest of them first.
            return negative == isNegative ? abs(group * Self.bucketsPerPage - bucket) : (1 << 40) + group
        }
        let entries = (0..<Self.directorySize).map { row.cell(first + $0).acquire() }
        guard let nearest = entries.min(by: { distance($0) < distance($1) }) else { return nil }
        let (group, negative) = Self.group(of: UInt32(nearest >> 32))
        let offset = min(max(bucket - group * Self.bucketsPerPage, 0), Self.bucketsPerPage - 1)
        return (Page(address: nearest, in: arena), negative == isNegative ? offset : 0)
    }

    /// Groups of both signs as a number above zero.
    private static func key(group: Int, negative: Bool) -> UInt32 {
        UInt32(truncatingIfNeeded: (group + (1 << 20)) << 1 | (negative ? 1 : 0))
    }

    private static func group(of key: UInt32) -> (group: Int, negative: Bool) {
        (Int(key >> 1) - (1 << 20), key & 1 == 1)
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
    }

    /// The quantiles of what was observed in the window before `now`; nil for an empty window.
    package func quantiles(_ quantiles: [Double], row: Row, first: Int, now: UInt64) -> [Double]? {
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
        for index in 0..<Self.directorySize {
            let entry = row.cell(first + index).acquire()
            guard entry != 0 else { continue }
            let page = Page(address: entry, in: arena)
            let lines = (0..<Self.sliceCount).map { $0 * Self.lineLength }.filter {
                current.contains(page.acquire($0))
            }
            let (group, negative) = Self.group(of: UInt32(entry >> 32))
            for offset in 0..<Self.bucketsPerPage {
                let count = lines.reduce(0 as UInt64) { $0 + UInt64(page.load($1 + 1 + offset)) }
                guard count > 0 else { continue }
                let magnitude = scale.representative(of: group * Self.bucketsPerPage + offset)
                result.append((negative ? -magnitude : magnitude, count))
            }
        }
        let zeros = zeroCount(row: row, first: first, current: current)
        if zeros > 0 { result.append((0, zeros)) }
        return result.sorted { $0.value < $1.value }
    }

    private func zeroCount(row: Row, first: Int, current: ClosedRange<UInt32>) -> UInt64 {
        (0..<Self.sliceCount).reduce(0) { sum, slice in
            let bits = row.cell(first + Self.directorySize + slice).bits
            return current.contains(UInt32(bits >> 32)) ? sum + (bits & 0xFFFF_FFFF) : sum
        }
    }
}
