import Synchronization

/// A stretch of the arena that holds rows of one table one after the other; blocks of a table form a list.
@safe
struct RowBlock {
    static let headerSize = 16
    /// The first block of a table is small, since most tables are; further ones double in size up to the largest.
    static let smallest = 512
    static let largest = 256 << 10

    private let pointer: UnsafeMutableRawPointer

    init(_ pointer: UnsafeMutableRawPointer) {
        unsafe self.pointer = unsafe pointer
    }

    /// A number that is stored with release and loaded with acquire.
    @safe
    struct Published {
        fileprivate let pointer: UnsafeMutablePointer<Atomic<Int>>
        func load() -> Int { unsafe pointer.pointee.load(ordering: .acquiring) }
        func store(_ value: Int) { unsafe pointer.pointee.store(value, ordering: .releasing) }
    }

    /// The arena offset of the next block, 0 for none.
    var next: Published {
        unsafe Published(pointer: pointer.assumingMemoryBound(to: Atomic<Int>.self))
    }

    /// Bytes in use, with this header; grown after the row behind them is whole.
    var used: Published {
        unsafe Published(pointer: (pointer + 8).assumingMemoryBound(to: Atomic<Int>.self))
    }
}

/// The blocks of one table and what is free in them; guarded by the table's lock.
@safe
struct RowBlocks {
    /// Rows in the index.
    var rowCount = 0
    /// Slots of the index that hold a row or the tombstone of a removed one.
    var usedSlots = 0
    /// Whether there is no row, and never will be.
    var isClosed = false
    private var blocks: [(offset: Int, size: Int)] = []
    /// Rows that nobody reads any more, by their size.
    private var free: [Int: [Row]] = [:]

    /// Makes a row, in memory of its size that became free or at the end of the last block.
    mutating func place(
        text: UnsafeRawBufferPointer, hash: UInt64, cellCount: Int, now: UInt64, scanEpoch: UInt32,
        arena: Arena, first: borrowing Atomic<Int>
    ) throws(ArenaError) -> Row {
        let byteSize = Row.byteSize(cellCount: cellCount, textLength: text.count)
        if let row = free[byteSize]?.popLast() {
            unsafe row.prepare(
                text: text, hash: hash, cellCount: cellCount, created: now, scanEpoch: scanEpoch)
            rowCount += 1
            return row
        }
        let (block, used) = try blockWithRoom(for: byteSize, arena: arena, first: first)
        let row = unsafe Row(arena.base + block + used)
        row.claim(byteSize: byteSize, cellCount: cellCount)
        unsafe row.prepare(text: text, hash: hash, cellCount: cellCount, created: now, scanEpoch: scanEpoch)
        unsafe RowBlock(arena.base + block).used.store(used + byteSize)
        rowCount += 1
        return row
    }

    private mutating func blockWithRoom(
        for byteSize: Int, arena: Arena, first: borrowing Atomic<Int>
    ) throws(ArenaError) -> (offset: Int, used: Int) {
        if let last = blocks.last {
            let used = unsafe RowBlock(arena.base + last.offset).used.load()
            if used + byteSize <= last.size { return (last.offset, used) }
        }
        let needed = byteSize + RowBlock.headerSize
        guard needed <= RowBlock.largest else { throw .recordTooLong(byteCount: byteSize) }
        var size = blocks.last.map { min($0.size * 2, RowBlock.largest) } ?? RowBlock.smallest
        while size < needed { size *= 2 }
        let offset = try arena.allocate(size)
        unsafe RowBlock(arena.base + offset).used.store(RowBlock.headerSize)
        if let last = blocks.last {
            unsafe RowBlock(arena.base + last.offset).next.store(offset)
        } else {
            first.store(offset, ordering: .releasing)
        }
        blocks.append((offset, size))
        return (offset, RowBlock.headerSize)
    }

    /// Takes back the memory of a row that has no reader any more.
    mutating func recycle(_ row: Row, cellCount: Int) {
        free[row.byteSize(cellCount), default: []].append(row)
    }

    mutating func releaseAll(to arena: Arena) {
        for block in blocks { arena.release(offset: block.offset, byteCount: block.size) }
        blocks = []
    }
}
