/// Constant numbers in memory of the arena, read in place and without counting references.
///
/// Valid as long as the arena; its maker releases it.
@safe
@frozen
public struct ArenaArray<Element: BitwiseCopyable & Sendable>: BitwiseCopyable, @unchecked Sendable {
    // Unchecked because of the pointer: what it leads to is written once, before the table exists.
    @usableFromInline let pointer: UnsafePointer<Element>
    /// How many there are.
    public let count: Int

    /// Copies `elements`, of which there is at least one.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    package init(_ elements: [Element], in arena: Arena) throws(ArenaError) {
        let offset = try arena.allocate(max(elements.count, 1) * MemoryLayout<Element>.stride)
        let place = unsafe (arena.base + offset).bindMemory(to: Element.self, capacity: elements.count)
        for (index, element) in elements.enumerated() { unsafe (place + index).initialize(to: element) }
        unsafe pointer = UnsafePointer(place)
        count = elements.count
    }

    /// The element at `index`, which is below `count`; parts of it can be read without copying the rest.
    @inlinable
    public subscript(index: Int) -> Element {
        unsafeAddress {
            assert(index >= 0 && index < count)
            return unsafe pointer + index
        }
    }

    /// Gives back the memory, which nobody reads any more.
    package func release(to arena: Arena) {
        arena.release(
            offset: unsafe UnsafeRawPointer(pointer) - UnsafeRawPointer(arena.base),
            byteCount: max(count, 1) * MemoryLayout<Element>.stride)
    }
}
