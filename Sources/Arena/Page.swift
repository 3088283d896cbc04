public import Synchronization

/// A small block of 32-bit counters that a cell of a row leads to; made when it is first needed.
@safe
public struct Page: @unchecked Sendable {
    // Unchecked because of the pointer: it leads to atomics, which live as long as the row that leads to the page.
    @usableFromInline let pointer: UnsafeMutablePointer<Atomic<UInt32>>

    /// Every page has room for this many counters.
    package static let counterCount = 80
    private static let byteCount = counterCount * 4

    /// The page that `address` stands for: the low 32 bits of a cell.
    package init(address: UInt64, in arena: Arena) {
        let offset = Int(address & 0xFFFF_FFFF) * 8
        unsafe pointer = (arena.base + offset).assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    /// A new page of zeros: its address.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    package static func make(in arena: Arena) throws(ArenaError) -> UInt64 {
        UInt64(try arena.allocate(byteCount) / 8)
    }

    /// Gives back the page that `address` stands for, which nobody can reach any more; 0 stands for none.
    package static func release(_ address: UInt64, to arena: Arena) {
        let offset = Int(address & 0xFFFF_FFFF) * 8
        guard offset != 0 else { return }
        arena.release(offset: offset, byteCount: byteCount)
    }

    /// The counter at `index`, relaxed.
    @inlinable
    public func load(_ index: Int) -> UInt32 {
        unsafe pointer[index].load(ordering: .relaxed)
    }

    /// The counter at `index`, with all that was stored before it was released.
    @inlinable
    public func acquire(_ index: Int) -> UInt32 {
        unsafe pointer[index].load(ordering: .acquiring)
    }

    /// Adds to the counter at `index`, relaxed; wraps past 2^32.
    @inlinable
    public func add(_ value: UInt32, at index: Int) {
        unsafe pointer[index].wrappingAdd(value, ordering: .relaxed)
    }

    /// Sets the counter at `index`, relaxed.
    @inlinable
    public func store(_ value: UInt32, at index: Int) {
        unsafe pointer[index].store(value, ordering: .relaxed)
    }

    /// Sets the counter at `index` after all that was stored before.
    @inlinable
    public func release(_ value: UInt32, at index: Int) {
        unsafe pointer[index].store(value, ordering: .releasing)
    }

    /// Replaces `expected` at `index`; false where it held something else.
    @inlinable
    public func replace(_ expected: UInt32, by new: UInt32, at index: Int) -> Bool {
        unsafe pointer[index].compareExchange(
            expected: expected, desired: new, ordering: .acquiringAndReleasing
        ).exchanged
    }
}
