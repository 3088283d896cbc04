public import Synchronization

/// A set of rows with the same number of cells, found by their label text.
///
/// Thread-safe. Finding and scanning happen inside the reclamation domain that `retire` belongs to. Finding takes no lock; inserting
/// and removing take the table's, and so does a scan where it begins, pauses and ends. A removed row is reused only after a grace period.
@safe
public final class Table: Sendable {
    /// Calls its argument once no reader that began before is left.
    package typealias Retire = @Sendable (@escaping @Sendable () -> Void) -> Void

    /// Cells per row.
    public let cellCount: Int
    /// The arena that the rows live in.
    package let arena: Arena
    let retire: Retire
    @usableFromInline let seed: UInt64
    /// The storage of the current `RowIndex`.
    // Atomic itself; what it points to follows the rules of `RowIndex`.
    @usableFromInline nonisolated(unsafe) let index: Atomic<UnsafeMutableRawPointer>
    // Same address as the arena's, which the table keeps alive.
    @usableFromInline nonisolated(unsafe) let base: UnsafeMutableRawPointer
    let rows: Mutex<RowBlocks>
    /// The cells whose lower halves are addresses of blocks.
    let blockCells: [Int]
    let firstBlock: FirstBlock
    /// How many scans through the rows began.
    private let scans = Atomic<UInt32>(0)
    /// How many of a row's cells, the first ones, have copies.
    let copiedCount: Int
    /// Copies that a hot row has.
    @usableFromInline let copyCount: Int
    /// Bytes of one copy; two cache lines at least, as adjacent ones are fetched in pairs.
    @usableFromInline let copySize: Int

    /// Bytes before each label's value in the text of a row; none where rows are found by their text.
    @usableFromInline let starts: ValueList<Int>
    /// Bytes of a text that are of no value.
    @usableFromInline let startBytes: Int

    /// Makes an empty table; the blocks that its `blockCells` lead to go with their row.
    ///
    /// Rows are found by their text, or by values behind `starts`, the lengths of what stands before each value. With a `record`, a
    /// successor finds them by its first word; the table removes it at its end.
    package init(
        arena: Arena, cellCount: Int, copied: Int = 0, blockCells: [Int] = [], starts: [Int] = [],
        record: Record? = nil, retire: @escaping Retire
    ) {
        firstBlock = FirstBlock(record)
        self.starts = ValueList(starts)
        // With the quote at the end.
        startBytes = starts.isEmpty ? 0 : starts.reduce(1, +)
        self.blockCells = blockCells
        copiedCount = copied
        copyCount = arena.copyCount
        copySize = (copied * 8 + 127) & ~127
        self.arena = arena
        self.cellCount = cellCount
        self.retire = retire
        unsafe base = unsafe arena.base
        seed = arena.seed
        let empty = unsafe RowIndex.make(slotCount: 8)
        unsafe index = Atomic(empty.storage)
        rows = Mutex(RowBlocks())
        arena.chargeAlways(unsafe empty.byteCount)
    }

    deinit {
        if let record = firstBlock.record { arena.remove(record) }
        unsafe Self.free(RowIndex(index.load(ordering: .acquiring)), of: arena)
        // Rows of a memory that a successor may have lead on to what they hold.
        guard !arena.isLeft.load(ordering: .relaxed) else { return }
        // Those that ended too: a retirement that would recycle them finds no table any more.
        walk { releaseBlocks(of: $0) }
        rows.withLock { $0.releaseAll(to: arena) }
    }

    /// The number of rows.
    package var count: Int { rows.withLock { $0.rowCount } }

    /// The number of rows, and what they weigh.
    package var countAndWeight: (count: Int, weight: Int) { rows.withLock { ($0.rowCount, $0.weight) } }

    /// What a row weighs: one, and one more for each 128 bytes of its text.
    package static func weight(ofText byteCount: Int) -> Int { 1 + byteCount / 128 }

    /// The row of `text`, if there is one.
    @inlinable
    public func find(_ text: borrowing RawSpan) -> Row? {
        unsafe text.withUnsafeBytes { bytes in
            unsafe find(bytes, hash: RowHash.hash(bytes, seed: seed))
        }
    }

    @inlinable
    func find(_ bytes: UnsafeRawBufferPointer, hash: UInt64) -> Row? {
        let current = unsafe RowIndex(index.load(ordering: .sequentiallyConsistent))
        return unsafe current.find(hash: hash, base: base) {
            unsafe $0.matches(bytes, hash: hash, cellCount: cellCount)
        }
    }

    /// The row of `text`, which has that hash.
    package func find(_ text: borrowing RawSpan, hash: UInt64) -> Row? {
        unsafe text.withUnsafeBytes { unsafe find($0, hash: hash) }
    }

    /// The hash of `text` as this table hashes.
    public func hash(of text: borrowing RawSpan) -> UInt64 {
        unsafe text.withUnsafeBytes { unsafe RowHash.hash($0, seed: seed) }
    }

    /// The row of `text`, made where there is none yet; nil where that would be more than `limit` rows.
    ///
    /// Made at `now`, in milliseconds since any start; its first cell then holds `initial`. The hash is that of the
    /// text where none is given. Like `find`, this may give a row that has just ended, which `touch` tells. One that is
    /// privileged may go past the arena's limit.
    /// - Throws: `ArenaError` where there is no memory for it, or where the table is closed.
    package func insert(
        _ text: borrowing RawSpan, hash: UInt64? = nil, now: UInt64, limit: Int = .max, initial: UInt64 = 0,
        isPrivileged: Bool = false
    ) throws(ArenaError) -> Row? {
        try unsafe text.withUnsafeBytes { bytes throws(ArenaError) in
            let hash = unsafe hash ?? RowHash.hash(bytes, seed: seed)
            return try unsafe insert(
                bytes, hash: hash, now: now, limit: limit, initial: initial, isPrivileged: isPrivileged)
        }
    }

    private func insert(
        _ bytes: UnsafeRawBufferPointer, hash: UInt64, now: UInt64, limit: Int, initial: UInt64,
        isPrivileged: Bool
    ) throws(ArenaError) -> Row? {
        let (row, outgrown) = try unsafe rows.withLock { blocks throws(ArenaError) in
            if let row = unsafe find(bytes, hash: hash) { return unsafe (Row?.some(row), RowIndex?.none) }
            guard !blocks.isClosed else { throw .closed }
            guard blocks.rowCount < limit else { return (nil, nil) }
            // A read-modify-write, so that a later scan sees that the previous row with this text has ended.
            let scanEpoch = scans.wrappingAdd(0, ordering: .sequentiallyConsistent).newValue
            let row = try unsafe blocks.place(
                text: bytes, hash: hash, cellCount: cellCount, now: now, scanEpoch: scanEpoch, arena: arena,
                first: firstBlock, isPrivileged: isPrivileged)
            // Before it can be found, since the first cell is part of the row.
            if initial != 0 { row.cell(0).bits = initial }
            blocks.weight += Self.weight(ofText: bytes.count)
            let outgrown = unsafe makeRoom(in: &blocks)
            let offset = unsafe row.pointer - base
            unsafe RowIndex(index.load(ordering: .relaxed)).insert(hash: hash, offset: offset)
            return unsafe (row, outgrown)
        }
        if let outgrown = unsafe outgrown { unsafe retireIndex(outgrown) }
        return row
    }

    /// Replaces an index that would be full, and returns the old one.
    private func makeRoom(in blocks: inout RowBlocks) -> RowIndex? {
        blocks.usedSlots += 1
        let slots = unsafe RowIndex(index.load(ordering: .relaxed)).mask + 1
        guard unsafe RowIndex.isFull(usedSlots: blocks.usedSlots, of: slots) else { return nil }
        return unsafe replaceIndex(&blocks)
    }

    /// Replaces the index by one of the right size, and returns the old one.
    ///
    /// With an `expected` number of rows, the new one has room for exactly these.
    func replaceIndex(_ blocks: inout RowBlocks, expected: Int? = nil) -> RowIndex {
        let current = unsafe RowIndex(index.load(ordering: .relaxed))
        let slotCount =
            if let expected { unsafe RowIndex.slotCount(exactlyFor: expected) } else {
                unsafe RowIndex.slotCount(for: blocks.rowCount)
            }
        let resized = unsafe current.resized(slotCount: slotCount)
        arena.chargeAlways(unsafe resized.byteCount)
        unsafe index.store(resized.storage, ordering: .sequentiallyConsistent)
        blocks.usedSlots = blocks.rowCount
        return unsafe current
    }

    func retireIndex(_ outgrown: RowIndex) {
        // Unpublished; the domain runs this once, in one thread.
        nonisolated(unsafe) let storage = unsafe outgrown.storage
        retire { [arena] in unsafe Self.free(RowIndex(storage), of: arena) }
    }

    private static func free(_ index: RowIndex, of arena: Arena) {
        arena.giveBack(unsafe index.byteCount)
        unsafe index.free()
    }

    /// Calls `body` with every row that was there at the beginning, as `RowScan` has it.
    package func forEach<Failure: Error>(_ body: (Row) throws(Failure) -> Void) throws(Failure) {
        var scan = RowScan(self)
        _ = try scan.resume(in: self) { row throws(Failure) in
            try body(row)
            return true
        }
    }

    /// The number of a scan that begins: it does not visit rows that are made from now on.
    func beginScan() -> UInt32 {
        scans.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
    }

    /// All rows, with those that ended.
    private func walk(_ body: (Row) -> Void) {
        var offset = firstBlock.offset
        while offset != 0 {
            let block = unsafe RowBlock(base + offset)
            var position = RowBlock.headerSize
            while position < block.used {
                let row = unsafe Row(base + offset + position)
                body(row)
                position += row.byteSize(cellCount)
            }
            offset = block.next
        }
    }
}
