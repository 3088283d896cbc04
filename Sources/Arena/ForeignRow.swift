/// A row of a foreign arena: copied out, and whole as far as its own sizes say.
package struct ForeignRow: Sendable {
    /// The rendered label text.
    package let text: [UInt8]
    /// As the table hashed the row when it was made.
    package let hash: UInt64
    /// A bit for each metric that has a value.
    package let present: UInt64
    /// When it was made, on the clock of its owner.
    package var created: UInt64
    /// Since when it was not updated, where a sweep has found that.
    package let idleSince: UInt64?
    /// Its own cells.
    package let cells: [UInt64]
    /// The cells of each thread that has a copy of the first ones.
    package let copies: [[UInt64]]
}

/// How the rows of a table lie.
package struct RowShape: Sendable, Equatable {
    /// Cells in a row.
    package let cellCount: Int
    /// How many of them, the first ones, a copy has.
    package let copied: Int
    /// How many copies a hot row has.
    package let copyCount: Int

    /// A shape; sizes that no table has make rows unreadable.
    package init(cellCount: Int, copied: Int, copyCount: Int) {
        self.cellCount = cellCount
        self.copied = copied
        self.copyCount = copyCount
    }

    var isPossible: Bool {
        0...1 << 16 ~= cellCount && 0...cellCount ~= copied && 0...1024 ~= copyCount
    }

    var copySize: Int { (copied * 8 + 127) & ~127 }
}

extension ForeignArena {
    /// Calls `body` with each row in use of the table whose first block is at `first`; returns how many could not be read.
    package func forEachRow(from first: UInt64, _ shape: RowShape, _ body: (ForeignRow) -> Void) -> Int {
        guard shape.isPossible else { return 1 }
        var broken = 0
        var seen: Set<UInt64> = []
        var block = first
        while block != 0 {
            guard seen.insert(block).inserted, block < Arena.largestSize, block % 16 == 0,
                let used = load(UInt64.self, at: Int(block) + 8), used <= RowBlock.longest
            else { return broken + 1 }
            broken += forEachRow(inBlock: Int(block), used: Int(used), shape, body)
            guard let next = load(UInt64.self, at: Int(block)) else { return broken + 1 }
            block = next
        }
        return broken
    }

    private func forEachRow(inBlock block: Int, used: Int, _ shape: RowShape, _ body: (ForeignRow) -> Void)
        -> Int
    {
        var broken = 0
        var position = RowBlock.headerSize
        let least = Row.byteSize(cellCount: shape.cellCount, textLength: 0)
        while position < used {
            let about = block + position + Row.Layout.cells + shape.cellCount * 8
            // Where a size is wrong, nobody knows where the next row begins.
            guard let size = load(UInt32.self, at: about + Row.Layout.byteSize), size % 8 == 0,
                Int(size) >= least, Int(size) <= used - position
            else { return broken + 1 }
            switch row(at: block + position, about: about, size: Int(size), shape) {
            case .inUse(let row): body(row)
            case .free: break
            case .broken: broken += 1
            }
            position += Int(size)
        }
        return broken
    }

    private enum Found {
        case inUse(ForeignRow)
        case free
        case broken
    }

    private func row(at offset: Int, about: Int, size: Int, _ shape: RowShape) -> Found {
        guard let state = load(UInt64.self, at: offset + Row.Layout.state) else { return .broken }
        // Rows that are being made are dead until they are whole.
        guard state & 3 != Row.State.dead else { return .free }
        guard state & 3 == Row.State.idle || state == Row.State.live,
            let length = load(UInt32.self, at: about + Row.Layout.textLength),
            Row.byteSize(cellCount: shape.cellCount, textLength: Int(length)) <= size,
            let text = bytes(at: about + Row.Layout.text, count: Int(length)),
            let hash = load(UInt64.self, at: about + Row.Layout.hash),
            let present = load(UInt64.self, at: offset + Row.Layout.present),
            let created = load(UInt64.self, at: offset + Row.Layout.created),
            let copies = load(UInt32.self, at: offset + Row.Layout.copies),
            let cells = words(at: offset + Row.Layout.cells, count: shape.cellCount)
        else { return .broken }
        var copied: [[UInt64]] = []
        for number in 0..<(copies == 0 ? 0 : shape.copyCount) {
            guard let copy = words(at: Int(copies) * 8 + number * shape.copySize, count: shape.copied) else {
                return .broken
            }
            copied.append(copy)
        }
        return .inUse(
            ForeignRow(
                text: text, hash: hash, present: present, created: created,
                idleSince: state == Row.State.live ? nil : state >> 2, cells: cells, copies: copied))
    }

    func words(at offset: Int, count: Int) -> [UInt64]? {
        guard bytes(at: offset, count: count * 8) != nil else { return nil }
        return (0..<count).compactMap { load(UInt64.self, at: offset + $0 * 8) }
    }
}

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
