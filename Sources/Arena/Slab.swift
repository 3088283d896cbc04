/// Which blocks of a slab are free; there are at most 256, the smallest ones in a page.
struct Slab {
    private(set) var freeCount: UInt16
    private let blockCount: UInt16
    private var free = InlineArray<4, UInt64>(repeating: 0)
    /// The first pages of the slabs before and behind this one in the list of those with room, 0 for none.
    var (previous, next): (UInt32, UInt32) = (0, 0)

    /// A slab whose blocks are all free.
    init(blockSize: Int) {
        let count = BlockSize.slabPages(of: blockSize) * Pages.size / blockSize
        blockCount = UInt16(count)
        freeCount = UInt16(count)
        for index in 0..<count { free[index / 64] |= 1 << UInt64(index % 64) }
    }

    var isFull: Bool { freeCount == 0 }
    var isEmpty: Bool { freeCount == blockCount }

    /// Takes the lowest free block; there must be one.
    mutating func take() -> Int {
        var word = 0
        while free[word] == 0 { word += 1 }
        let bit = free[word].trailingZeroBitCount
        free[word] &= free[word] - 1
        freeCount -= 1
        return word * 64 + bit
    }

    /// Takes a block back.
    mutating func giveBack(_ index: Int) {
        assert(free[index / 64] & 1 << UInt64(index % 64) == 0, "a block is given back twice")
        free[index / 64] |= 1 << UInt64(index % 64)
        freeCount += 1
    }
}
