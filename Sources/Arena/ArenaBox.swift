/// One constant value in memory of the arena, read in place and without counting references.
///
/// Valid as long as the arena; its maker releases it.
@safe
@frozen
public struct ArenaBox<Value: BitwiseCopyable & Sendable>: BitwiseCopyable, @unchecked Sendable {
    // Unchecked because of the pointer: what it leads to is written once, before this exists.
    @usableFromInline let pointer: UnsafePointer<Value>

    /// Copies `value`.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    package init(_ value: Value, in arena: Arena) throws(ArenaError) {
        let offset = try arena.allocate(MemoryLayout<Value>.stride)
        let place = unsafe (arena.base + offset).bindMemory(to: Value.self, capacity: 1)
        unsafe place.initialize(to: value)
        unsafe pointer = UnsafePointer(place)
    }

    /// The value; parts of it can be read without copying the rest.
    @inlinable
    public var value: Value {
        unsafeAddress { unsafe pointer }
    }

    /// Gives back the memory, which nobody reads any more.
    package func release(to arena: Arena) {
        arena.release(
            offset: unsafe UnsafeRawPointer(pointer) - UnsafeRawPointer(arena.base),
            byteCount: MemoryLayout<Value>.stride)
    }
}
