/// A block that a cell or another block of a foreign arena leads to.
package struct ForeignBlock: Sendable {
    /// Its 64-bit numbers.
    package let cells: [UInt64]
    /// The address of the next block, 0 for none.
    package let link: UInt32

    /// The 32-bit number at `index`.
    package func half(_ index: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: cells[index / 2] >> (index % 2 == 0 ? 0 : 32))
    }

    /// The 16-bit number at `index`.
    package func quarter(_ index: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: cells[index / 4] >> UInt64(index % 4 * 16))
    }
}

extension ForeignArena {
    func words(at offset: Int, count: Int) -> [UInt64]? {
        guard count >= 0, contains(offset, count * 8) else { return nil }
        return (0..<count).compactMap { load(UInt64.self, at: offset + $0 * 8) }
    }

    /// The block at `address`, which has to have so many bytes of content; nil for one that is not there or has others.
    package func block(_ address: UInt32, byteCount: Int) -> ForeignBlock? {
        guard address != 0, let header = load(UInt64.self, at: Int(address) * 8),
            Int(header & 0x7FFF_FFFF) == byteCount + Block.headerSize,
            let cells = words(at: Int(address) * 8 + Block.headerSize, count: (byteCount + 7) / 8)
        else { return nil }
        return ForeignBlock(cells: cells, link: UInt32(truncatingIfNeeded: header >> 32))
    }

    /// How many bytes of content the block at `address` has; nil where there can't be one.
    package func blockSize(_ address: UInt32) -> Int? {
        guard address != 0, let header = load(UInt64.self, at: Int(address) * 8) else { return nil }
        let size = Int(header & 0x7FFF_FFFF) - Block.headerSize
        return size > 0 ? size : nil
    }
}
