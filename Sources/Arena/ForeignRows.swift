/// The rows of one table of a foreign arena.
///
/// Each block is copied once and checked then. So the rows that a walk gives stay as they are, whatever happens to the arena.
@safe
package struct ForeignRows {
    /// Where they are.
    package let arena: ForeignArena
    private let shape: RowShape
    private let blocks: [Stretch]
    /// Whether the list of blocks, or the shape itself, is broken; rows behind that place are not found.
    private let isCut: Bool

    private struct Stretch {
        let offset: Int
        let used: Int
    }

    /// The rows in the list that begins with the block at `first`, 0 for none.
    package init(_ arena: ForeignArena, from first: UInt64, _ shape: RowShape) {
        self.arena = arena
        self.shape = shape
        var blocks: [Stretch] = []
        var seen: Set<UInt64> = []
        var next = shape.isPossible ? first : 0
        var isCut = !shape.isPossible
        while next != 0 {
            guard next < Arena.largestSize, next % 16 == 0, seen.insert(next).inserted,
                let used = arena.load(UInt64.self, at: Int(next) + 8),
                RowBlock.headerSize...RowBlock.longest ~= Int(clamping: used),
                arena.contains(Int(next), Int(used)), let following = arena.load(UInt64.self, at: Int(next))
            else {
                isCut = true
                break
            }
            blocks.append(Stretch(offset: Int(next), used: Int(used)))
            next = following
        }
        self.blocks = blocks
        self.isCut = isCut
    }

    /// About how many there are: as many as there were, were all rows as long as those of the fullest block.
    package var estimatedCount: Int {
        guard let fullest = blocks.max(by: { $0.used < $1.used }), fullest.used > RowBlock.headerSize else {
            return 0
        }
        var count = 0
        var position = RowBlock.headerSize
        while position < fullest.used,
            let size = size(at: fullest.offset + position, before: fullest.used - position)
        {
            count += 1
            position += size
        }
        let bytes = blocks.reduce(0) { $0 + $1.used - RowBlock.headerSize }
        let estimate = Double(bytes) / Double(max(position - RowBlock.headerSize, 1)) * Double(count)
        return Int(min(estimate, Double(arena.size / leastSize))) + 1
    }

    /// Bytes of all blocks.
    package var byteCount: Int { blocks.reduce(0) { $0 + $1.used } }

    private var leastSize: Int { Row.byteSize(cellCount: shape.cellCount, textLength: 0) }

    /// The size of the row at an offset of the arena, of which `room` bytes are left.
    private func size(at offset: Int, before room: Int) -> Int? {
        let place = offset + Row.Layout.cells + shape.cellCount * 8 + Row.Layout.byteSize
        guard room >= leastSize, let size = arena.load(UInt32.self, at: place) else { return nil }
        return isPossible(Int(size), within: room) ? Int(size) : nil
    }

    private func isPossible(_ size: Int, within room: Int) -> Bool {
        size % 8 == 0 && size >= leastSize && size <= room
    }
}

extension ForeignRows {
    /// Calls `body` with each row in use; returns the places where one could not be read.
    package func forEach(_ body: (ForeignRow) -> Void) -> [Int] {
        var broken: [Int] = isCut ? [blocks.last?.offset ?? 0] : []
        let longest = blocks.reduce(0) { max($0, $1.used) }
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: longest, alignment: 16)
        defer { unsafe copy.deallocate() }
        for block in blocks {
            unsafe arena.copy(from: block.offset, count: block.used, to: copy)
            unsafe forEach(in: block, UnsafeRawBufferPointer(copy), &broken, body)
        }
        return broken
    }

    private func forEach(
        in block: Stretch, _ copy: UnsafeRawBufferPointer, _ broken: inout [Int], _ body: (ForeignRow) -> Void
    ) {
        guard let base = copy.baseAddress else { return }
        let about = Row.Layout.cells + shape.cellCount * 8
        var position = RowBlock.headerSize
        while position < block.used {
            let offset = block.offset + position
            let room = block.used - position
            // Where a size is wrong, nobody knows where the next row begins.
            guard room >= leastSize else { return broken.append(offset) }
            let row = unsafe base + position
            let size = Int(
                unsafe row.loadUnaligned(fromByteOffset: about + Row.Layout.byteSize, as: UInt32.self))
            guard isPossible(size, within: room) else { return broken.append(offset) }
            position += size
            let state = unsafe row.loadUnaligned(fromByteOffset: Row.Layout.state, as: UInt64.self)
            // Rows that are being made are dead until they are whole.
            guard state & 3 != Row.State.dead else { continue }
            let length = Int(
                unsafe row.loadUnaligned(fromByteOffset: about + Row.Layout.textLength, as: UInt32.self))
            guard state & 3 == Row.State.idle || state == Row.State.live,
                Row.byteSize(cellCount: shape.cellCount, textLength: length) <= size,
                let copies = copies(
                    unsafe row.loadUnaligned(fromByteOffset: Row.Layout.copies, as: UInt32.self))
            else {
                broken.append(offset)
                continue
            }
            body(
                unsafe ForeignRow(
                    row, offset: offset, cellCount: shape.cellCount, textLength: length, copies: copies))
        }
    }

    /// The copies of a hot row that lie at an address; nil where they can't.
    private func copies(_ address: UInt32) -> [[UInt64]]? {
        guard address != 0 else { return [] }
        var copies: [[UInt64]] = []
        for number in 0..<shape.copyCount {
            guard let copy = arena.words(at: Int(address) * 8 + number * shape.copySize, count: shape.copied)
            else { return nil }
            copies.append(copy)
        }
        return copies
    }
}
