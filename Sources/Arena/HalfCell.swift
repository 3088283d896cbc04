public import Synchronization

/// One 32-bit number in the arena, changed by any thread without a lock; otherwise as `Cell`.
@safe
@frozen
public struct HalfCell: @unchecked Sendable {
    // Unchecked because of the pointer, as in `Cell`.
    @usableFromInline let pointer: UnsafeMutablePointer<Atomic<UInt32>>

    @inlinable
    init(_ pointer: UnsafeMutablePointer<Atomic<UInt32>>) {
        unsafe self.pointer = unsafe pointer
    }

    /// The number.
    @inlinable
    public var bits: UInt32 {
        get { unsafe pointer.pointee.load(ordering: .relaxed) }
        nonmutating set { unsafe pointer.pointee.store(newValue, ordering: .relaxed) }
    }

    /// The number, loaded with acquire; pairs with `replace` and `publish`.
    @inlinable
    public func acquire() -> UInt32 { unsafe pointer.pointee.load(ordering: .acquiring) }

    /// Sets the number after all that was written before.
    @inlinable
    public func publish(_ value: UInt32) { unsafe pointer.pointee.store(value, ordering: .releasing) }

    /// Adds to the number; wraps past 2^32.
    @inlinable
    public func add(_ value: UInt32) { unsafe pointer.pointee.wrappingAdd(value, ordering: .relaxed) }

    /// Replaces `expected` by `new`, after all that was written before; false where it held something else.
    @inlinable
    public func replace(_ expected: UInt32, by new: UInt32) -> Bool {
        unsafe pointer.pointee.compareExchange(
            expected: expected, desired: new, ordering: .acquiringAndReleasing
        ).exchanged
    }
}
