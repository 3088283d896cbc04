/// Rows of a table that nobody reads any more, by their size; each leads to the next one of its size.
@safe
struct FreeRows {
    /// The offset of one row of each size.
    private var first: [Int: Int] = [:]

    /// The offset of a row of `byteSize` bytes, or of an eighth more.
    mutating func take(_ byteSize: Int, cellCount: Int, in arena: Arena) -> Int? {
        guard !first.isEmpty else { return nil }
        for size in stride(from: byteSize, through: byteSize + min(byteSize / 8, Self.mostSurplus), by: 8) {
            guard let offset = first[size] else { continue }
            remove(offset, cellCount, arena)
            return offset
        }
        return nil
    }

    /// So that a few sizes are looked for only.
    private static let mostSurplus = 64

    mutating func add(_ offset: Int, cellCount: Int, in arena: Arena) {
        let row = unsafe Row(arena.base + offset)
        let next = first.updateValue(offset, forKey: row.byteSize(cellCount)) ?? 0
        row.setFreeLinks(previous: 0, next: next, cellCount)
        guard next != 0 else { return }
        let following = unsafe Row(arena.base + next)
        following.setFreeLinks(previous: offset, next: following.freeLinks(cellCount).next, cellCount)
    }

    /// Removes all rows of a block, which are free.
    mutating func removeAll(inBlockAt offset: Int, cellCount: Int, in arena: Arena) {
        let end = unsafe RowBlock(arena.base + offset).used
        var position = RowBlock.headerSize
        while position < end {
            remove(offset + position, cellCount, arena)
            position += unsafe Row(arena.base + offset + position).byteSize(cellCount)
        }
    }

    private mutating func remove(_ offset: Int, _ cellCount: Int, _ arena: Arena) {
        let row = unsafe Row(arena.base + offset)
        let (previous, next) = row.freeLinks(cellCount)
        if previous != 0 {
            let preceding = unsafe Row(arena.base + previous)
            preceding.setFreeLinks(previous: preceding.freeLinks(cellCount).previous, next: next, cellCount)
        } else {
            first[row.byteSize(cellCount)] = next == 0 ? nil : next
        }
        if next != 0 {
            let following = unsafe Row(arena.base + next)
            following.setFreeLinks(previous: previous, next: following.freeLinks(cellCount).next, cellCount)
        }
    }
}

extension Row {
    /// The offsets of the rows before and behind it among the free ones of its size, 0 for none.
    ///
    /// They lie where the time of creation and the hash of a row in use are, which nobody reads of a free one.
    fileprivate func freeLinks(_ cellCount: Int) -> (previous: Int, next: Int) {
        (Int(created), Int(hash(cellCount)))
    }

    fileprivate func setFreeLinks(previous: Int, next: Int, _ cellCount: Int) {
        unsafe pointer.storeBytes(of: UInt64(previous), toByteOffset: Layout.created, as: UInt64.self)
        unsafe aboutText(cellCount).storeBytes(of: UInt64(next), toByteOffset: Layout.hash, as: UInt64.self)
    }
}
