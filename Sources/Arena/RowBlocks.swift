import Synchronization

/// The blocks of one table and what is free in them; guarded by the table's lock.
@safe
struct RowBlocks {
    /// Rows in the index.
    var rowCount = 0
    /// Of the rows in the index together.
    var weight = 0
    /// Slots of the index that hold a row or the tombstone of a removed one.
    var usedSlots = 0
    /// Whether there is no row, and never will be.
    var isClosed = false
    /// In the order of their offsets.
    private var blocks: [Entry] = []
    /// The offset of the last block in the list, which is the one that grows.
    private var last = 0
    private var byteCount = 0
    private var emptyCount = 0
    private var free = FreeRows()

    private struct Entry {
        let offset: Int
        let size: Int
        /// The offset of the block before it in the list, 0 for none.
        var previous: Int
        /// Rows that are not free.
        var rowCount = 0
        /// Scans that pause in it.
        var holds = 0

        var isUnused: Bool { rowCount == 0 && holds == 0 }
    }

    /// Makes a row, in memory that became free or at the end of the last block.
    mutating func place(
        text: UnsafeRawBufferPointer, hash: UInt64, cellCount: Int, now: UInt64, scanEpoch: UInt32,
        arena: Arena, first: borrowing FirstBlock, isPrivileged: Bool
    ) throws(ArenaError) -> Row {
        let byteSize = Row.byteSize(cellCount: cellCount, textLength: text.count)
        // While the memory is copied a row that ended stays as it is, so that no copy is half of it and half of another.
        if !arena.isHeld.load(ordering: .relaxed),
            let offset = free.take(byteSize, cellCount: cellCount, in: arena)
        {
            let row = unsafe Row(arena.base + offset)
            unsafe row.prepare(
                text: text, hash: hash, cellCount: cellCount, created: now, scanEpoch: scanEpoch)
            noteRow(inBlock: index(of: offset))
            return row
        }
        let index = try indexOfRoom(for: byteSize, arena: arena, first: first, isPrivileged: isPrivileged)
        let offset = blocks[index].offset
        let block = unsafe RowBlock(arena.base + offset)
        let row = unsafe Row(arena.base + offset + block.used)
        row.claim(byteSize: byteSize, cellCount: cellCount)
        unsafe row.prepare(text: text, hash: hash, cellCount: cellCount, created: now, scanEpoch: scanEpoch)
        block.used += byteSize
        noteRow(inBlock: index)
        return row
    }

    private mutating func noteRow(inBlock index: Int) {
        if blocks[index].rowCount == 0 { emptyCount -= 1 }
        blocks[index].rowCount += 1
        rowCount += 1
    }

    /// The last block, or a new one.
    private mutating func indexOfRoom(
        for byteSize: Int, arena: Arena, first: borrowing FirstBlock, isPrivileged: Bool
    ) throws(ArenaError) -> Int {
        if last != 0 {
            let index = index(of: last)
            if unsafe RowBlock(arena.base + last).used + byteSize <= blocks[index].size { return index }
        }
        var size = try sizeOfNext(for: byteSize)
        if isPrivileged, arena.used + size > arena.limit {
            // What is privileged comes in ones, for which the headroom has to do.
            size = BlockSize.rounded(byteSize + RowBlock.headerSize)
        }
        var offset = 0
        do throws(ArenaError) {
            offset = try arena.allocate(size, isPrivileged: isPrivileged)
        } catch {
            guard isPrivileged else { throw error }
            size = BlockSize.rounded(byteSize + RowBlock.headerSize)
            offset = try arena.allocate(size, isPrivileged: true)
        }
        let block = unsafe RowBlock(arena.base + offset)
        block.used = RowBlock.headerSize
        link(last, to: offset, arena, first)
        let place = blocks.isEmpty ? 0 : index(of: offset) + 1
        blocks.insert(Entry(offset: offset, size: size, previous: last), at: place)
        last = offset
        byteCount += size
        emptyCount += 1
        return place
    }

    private func sizeOfNext(for byteSize: Int) throws(ArenaError) -> Int {
        let needed = byteSize + RowBlock.headerSize
        guard needed <= RowBlock.longest else { throw .recordTooLong(byteCount: byteSize) }
        if blocks.isEmpty { return BlockSize.rounded(needed) }
        var size = RowBlock.smallest
        while size < min(byteCount, RowBlock.largest) || size < needed { size *= 2 }
        return size
    }

    /// Has `next` follow the block at `offset`, or begin the list where that is 0.
    private func link(_ offset: Int, to next: Int, _ arena: Arena, _ first: borrowing FirstBlock) {
        if offset == 0 {
            first.set(next)
        } else {
            unsafe RowBlock(arena.base + offset).next = next
        }
    }

    /// The index of the block that holds `offset`, or of the last one that begins before; -1 where there is none.
    private func index(of offset: Int) -> Int {
        var (low, high) = (0, blocks.count)
        // Mostly the last one.
        if let last = blocks.last, last.offset <= offset { return high - 1 }
        while low < high {
            let middle = (low + high) / 2
            if blocks[middle].offset <= offset { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// Takes back the memory of a row that has no reader any more.
    mutating func recycle(_ row: Row, cellCount: Int, arena: Arena) {
        let offset = unsafe row.pointer - arena.base
        free.add(offset, cellCount: cellCount, in: arena)
        let index = index(of: offset)
        blocks[index].rowCount -= 1
        if blocks[index].rowCount == 0 { emptyCount += 1 }
    }

    /// Takes blocks without rows out of the list, but for those that scans pause in; readers may still be in them.
    mutating func takeEmpty(
        cellCount: Int, arena: Arena, first: borrowing FirstBlock
    ) -> [(offset: Int, size: Int)] {
        guard emptyCount > 0 else { return [] }
        var empty: [(offset: Int, size: Int)] = []
        for index in blocks.indices where blocks[index].isUnused {
            unlink(blocks[index], arena, first)
            free.removeAll(inBlockAt: blocks[index].offset, cellCount: cellCount, in: arena)
            byteCount -= blocks[index].size
            empty.append((blocks[index].offset, blocks[index].size))
        }
        blocks.removeAll(where: \.isUnused)
        emptyCount -= empty.count
        return empty
    }

    /// Keeps the block at `offset` from being taken out of the list; false where it is not in it.
    mutating func hold(_ offset: Int) -> Bool {
        let index = index(of: offset)
        guard index >= 0, blocks[index].offset == offset else { return false }
        blocks[index].holds += 1
        return true
    }

    /// Takes back one hold.
    mutating func letGo(_ offset: Int) {
        blocks[index(of: offset)].holds -= 1
    }

    private mutating func unlink(_ block: Entry, _ arena: Arena, _ first: borrowing FirstBlock) {
        let next = unsafe RowBlock(arena.base + block.offset).next
        link(block.previous, to: next, arena, first)
        if next == 0 { last = block.previous } else { blocks[index(of: next)].previous = block.previous }
    }

    mutating func releaseAll(to arena: Arena) {
        for block in blocks { arena.release(offset: block.offset, byteCount: block.size) }
        blocks = []
    }
}
