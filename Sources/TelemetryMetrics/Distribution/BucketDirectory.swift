import Arena

/// Which blocks hold the buckets of a distribution: 64 cells or more, each with a key over a block's address.
///
/// A block holds 16 neighbouring buckets of one sign. Blocks are only removed with their directory, so a key that was found
/// once stays valid. Thread-safe and lock-free.
struct BucketDirectory {
    /// The smallest size: with 32 buckets per power of two, it is enough for 32 of those.
    static let smallestSize = 64
    static let bucketsPerBlock = 16

    /// Says which buckets a block holds: never 0.
    struct Key {
        let bits: UInt32

        /// The block of the bucket `index`.
        @inline(__always)
        init(index: Int, isNegative: Bool) {
            let group = UInt32(truncatingIfNeeded: (index &>> 4) &+ Self.offset)
            bits = group &<< 1 | (isNegative ? 1 : 0)
        }

        init(bits: UInt32) { self.bits = bits }

        // Above what the smallest index of schema 8 needs, which is -1074 · 256.
        private static let offset = 1 << 20

        var isNegative: Bool { bits & 1 == 1 }
        /// The index of the first bucket in the block.
        var firstIndex: Int { (Int(bits >> 1) - Self.offset) << 4 }

        /// Where the search begins; neighbouring blocks lie side by side.
        @inline(__always)
        func start(in size: Int) -> Int {
            Int(truncatingIfNeeded: bits &>> 1 ^ (bits & 1) &<< 5) & (size &- 1)
        }
    }

    /// Where the cells are; the meaning of further cells is up to the directory's maker.
    let cells: Block
    /// How many of them are the directory's, a power of two.
    private let size: Int

    @inline(__always)
    init(_ cells: Block, size: Int = smallestSize) {
        self.cells = cells
        self.size = size
    }

    /// The directory that `cell` leads to, made where there is none; nil where there is no memory.
    @inline(__always)
    static func of(
        _ cell: Cell, size: Int, at place: ArenaPlace, _ series: SeriesTable, isPrivileged: Bool
    ) -> BucketDirectory? {
        let address = UInt32(truncatingIfNeeded: cell.acquire())
        guard address == 0 else { return BucketDirectory(Block(address: address, at: place), size: size) }
        return make(at: cell, size: size, series, isPrivileged: isPrivileged)
    }

    @inline(never)
    private static func make(
        at cell: Cell, size: Int, _ series: SeriesTable, isPrivileged: Bool
    ) -> BucketDirectory? {
        let arena = series.table.arena
        guard
            let made = try? Block.make(
                byteCount: size * 8, isDirectory: true, in: arena, isPrivileged: isPrivileged)
        else { return nil }
        if !cell.replace(0, by: UInt64(made)) { Block.release(made, to: arena) }
        return of(cell, size: size, at: arena.place, series, isPrivileged: isPrivileged)
    }

    /// The block of `key`, made with `byteCount` bytes where it is missing; nil where the directory is full or there is
    /// no memory.
    @inline(__always)
    func block(
        _ key: Key, byteCount: Int, at place: ArenaPlace, _ series: SeriesTable, isPrivileged: Bool
    ) -> Block? {
        nearBlock(key, at: place) ?? search(key, byteCount: byteCount, series, isPrivileged: isPrivileged)
    }

    /// The block of `key` where it is found at once.
    @inline(__always)
    func nearBlock(_ key: Key, at place: ArenaPlace) -> Block? {
        let entry = cells.cell(key.start(in: size)).acquire()
        return entry >> 32 == UInt64(key.bits)
            ? Block(address: UInt32(truncatingIfNeeded: entry), at: place) : nil
    }

    @inline(never)
    private func search(
        _ key: Key, byteCount: Int, _ series: SeriesTable, isPrivileged: Bool
    ) -> Block? {
        let arena = series.table.arena
        for step in 0..<size {
            let cell = cells.cell((key.start(in: size) + step) % size)
            if cell.acquire() == 0 {
                guard
                    let address = try? Block.make(
                        byteCount: byteCount, in: arena, isPrivileged: isPrivileged)
                else { return nil }
                if !cell.replace(0, by: UInt64(key.bits) << 32 | UInt64(address)) {
                    Block.release(address, to: arena)
                }
            }
            let entry = cell.acquire()
            if entry >> 32 == UInt64(key.bits) {
                return Block(address: UInt32(truncatingIfNeeded: entry), in: arena)
            }
        }
        return nil
    }

    /// Whether there is no place for a further block.
    var isFull: Bool { (0..<size).allSatisfy { cells.cell($0).acquire() != 0 } }

    /// Calls `body` with all blocks; those of positive values near 1 from the smallest to the largest, as they begin in the middle.
    @inline(__always)
    func forEach(at place: ArenaPlace, _ body: (Key, Block) -> Void) {
        // Loads that nothing waits for, so that the processor has all blocks on their way at once.
        for index in 0..<size {
            let entry = cells.cell(index).acquire()
            guard entry != 0 else { continue }
            let block = Block(address: UInt32(truncatingIfNeeded: entry), at: place)
            _ = block.cell(0).bits
            _ = block.cell(8).bits
        }
        for step in 0..<size {
            let entry = cells.cell((step &+ size / 2) & (size &- 1)).acquire()
            guard entry != 0 else { continue }
            body(
                Key(bits: UInt32(entry >> 32)), Block(address: UInt32(truncatingIfNeeded: entry), at: place))
        }
    }
}
