public import Synchronization

/// Where the rows of a table lie: an open-addressing hash index with linear probing.
///
/// Readers take no lock. One writer at a time changes it, and replaces it by a larger one when a quarter or half of it is
/// used. A slot holds the upper 32 bits of the hash, which also choose the slot, and the row's offset in units of eight
/// bytes. So growing touches no row.
///
/// Readers' loads are sequentially consistent, and so are the writer's stores before it retires an index or a row, as the
/// counters of `ReclamationDomain` are. So a reader that the writer doesn't see there sees what the writer stored.
@unsafe
@frozen
public struct RowIndex {
    /// A word with the number of slots less one, then the slots.
    public let storage: UnsafeMutableRawPointer

    /// An unused slot ends a probe; the tombstone of a removed row does not.
    static let removed: UInt64 = 1

    @inlinable
    init(_ storage: UnsafeMutableRawPointer) {
        unsafe self.storage = unsafe storage
    }

    /// An empty index of `slotCount` slots, a power of two.
    static func make(slotCount: Int) -> RowIndex {
        let storage = UnsafeMutableRawPointer.allocate(byteCount: (slotCount + 1) * 8, alignment: 64)
        unsafe storage.initializeMemory(as: UInt64.self, repeating: 0, count: slotCount + 1)
        unsafe storage.storeBytes(of: UInt64(slotCount - 1), as: UInt64.self)
        return unsafe RowIndex(storage)
    }

    /// Bytes of memory that it takes.
    var byteCount: Int { unsafe (mask + 2) * 8 }

    func free() { unsafe storage.deallocate() }

    @inlinable
    var mask: Int { Int(truncatingIfNeeded: unsafe storage.load(as: UInt64.self)) }

    @inlinable
    func slot(_ position: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        unsafe (storage + (position + 1) * 8).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    /// The row with that hash for which `isMatch` is true, in the arena that begins at `base`.
    @inlinable
    @inline(__always)
    public func find(hash: UInt64, base: UnsafeMutableRawPointer, _ isMatch: (Row) -> Bool) -> Row? {
        let mask = unsafe self.mask
        var position = Int(truncatingIfNeeded: hash >> 32) & mask
        while true {
            let entry = unsafe slot(position).pointee.load(ordering: .sequentiallyConsistent)
            if entry == 0 { return nil }
            if entry >> 32 == hash >> 32, entry & 0xFFFF_FFFF != 1 {
                let row = unsafe Row(base + Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) &* 8)
                if isMatch(row) { return row }
            }
            position = (position &+ 1) & mask
        }
    }

    /// Enters a row that is not in the index; there must be an unused slot.
    func insert(hash: UInt64, offset: Int) {
        let mask = unsafe self.mask
        var position = Int(truncatingIfNeeded: hash >> 32) & mask
        while unsafe slot(position).pointee.load(ordering: .relaxed) != 0 {
            position = (position + 1) & mask
        }
        let entry = (hash >> 32) << 32 | UInt64(offset / 8)
        unsafe slot(position).pointee.store(entry, ordering: .releasing)
    }

    /// Marks the slot of a row that is in the index.
    func remove(hash: UInt64, offset: Int) {
        let mask = unsafe self.mask
        let entry = (hash >> 32) << 32 | UInt64(offset / 8)
        var position = Int(truncatingIfNeeded: hash >> 32) & mask
        while true {
            let found = unsafe slot(position).pointee.load(ordering: .relaxed)
            if found == 0 { return }
            if found == entry {
                unsafe slot(position).pointee.store(Self.removed, ordering: .sequentiallyConsistent)
                return
            }
            position = (position + 1) & mask
        }
    }

    /// Up to this size an index is at most a quarter full, so that the first slot mostly hits.
    ///
    /// A second probe is a mispredicted branch. In larger indexes memory counts more.
    private static let fewSlots = 1 << 16

    /// Whether an index has to be replaced when so many slots hold rows or tombstones.
    static func isFull(usedSlots: Int, of slotCount: Int) -> Bool {
        usedSlots * (unsafe slotCount <= fewSlots ? 4 : 2) > slotCount
    }

    /// How many slots an index of `rowCount` rows has when it is new: with room for half as many more.
    static func slotCount(for rowCount: Int) -> Int {
        unsafe slotCount(exactlyFor: rowCount + rowCount / 2)
    }

    /// How many slots so many rows and one more take.
    static func slotCount(exactlyFor rowCount: Int) -> Int {
        var count = 8
        while unsafe isFull(usedSlots: rowCount + 1, of: count) { count *= 2 }
        return count
    }

    /// Whether an index of `slotCount` slots is far too large for `rowCount` rows.
    static func isSparse(rowCount: Int, in slotCount: Int) -> Bool {
        unsafe slotCount > 64 && slotCount >= self.slotCount(for: rowCount) * 4
    }

    /// A new index of `slotCount` slots with the same rows.
    func resized(slotCount: Int) -> RowIndex {
        let other = unsafe RowIndex.make(slotCount: slotCount)
        let last = unsafe mask
        for position in 0...last {
            let entry = unsafe slot(position).pointee.load(ordering: .relaxed)
            guard entry != 0, unsafe entry != Self.removed else { continue }
            unsafe other.insert(
                hash: entry & ~0xFFFF_FFFF, offset: Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) * 8)
        }
        return unsafe other
    }
}
