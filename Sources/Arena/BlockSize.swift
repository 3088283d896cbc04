/// The sizes that blocks have, and where blocks of a size lie.
///
/// Small blocks lie in slabs: as many pages as hold blocks of one size with little waste, at a multiple of their own size.
/// So the offset and the size of a block tell where its slab begins. Larger blocks are whole pages.
enum BlockSize {
    /// The size of a block for `byteCount` bytes: a multiple of 16 up to 128, then one of eight sizes for each doubling.
    static func rounded(_ byteCount: Int) -> Int {
        if byteCount > Pages.size { return (byteCount + Pages.size - 1) / Pages.size * Pages.size }
        let step = byteCount <= 128 ? 16 : powerBelow(byteCount) / 8
        return (max(byteCount, 1) + step - 1) / step * step
    }

    /// The largest power of two that is smaller.
    private static func powerBelow(_ byteCount: Int) -> Int {
        1 << (Int.bitWidth - 1 - (byteCount - 1).leadingZeroBitCount)
    }

    static func isInSlab(_ size: Int) -> Bool { size < Pages.size }

    /// The number of a size that lies in slabs, from 0 to 46.
    static func number(of size: Int) -> Int {
        if size <= 128 { return size / 16 - 1 }
        let power = powerBelow(size)
        return power.trailingZeroBitCount * 8 - 48 + (size - power) * 8 / power - 1
    }

    /// How many pages a slab has: the least power of two that leaves at most an eighth unused.
    static func slabPages(of size: Int) -> Int {
        var pages = 1
        while pages * Pages.size % size * 8 > pages * Pages.size { pages *= 2 }
        return pages
    }
}
