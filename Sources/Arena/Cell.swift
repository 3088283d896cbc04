public import Synchronization

/// One 64-bit number in the arena, changed by any thread without a lock.
///
/// It stays valid as long as the arena it was taken from. A cell that counts orders nothing else, so its accesses are
/// relaxed. One that leads to memory is written with `replace` or `publish`, and read with `acquire`.
@safe
@frozen
public struct Cell: @unchecked Sendable {
    // Unchecked because of the pointer: it leads to an atomic, in memory that the cell's holder keeps alive.
    @usableFromInline let pointer: UnsafeMutablePointer<Atomic<UInt64>>

    @inlinable
    init(_ pointer: UnsafeMutablePointer<Atomic<UInt64>>) {
        unsafe self.pointer = unsafe pointer
    }

    /// The number as an unsigned integer.
    @inlinable
    public var bits: UInt64 {
        get { unsafe pointer.pointee.load(ordering: .relaxed) }
        nonmutating set { unsafe pointer.pointee.store(newValue, ordering: .relaxed) }
    }

    /// The number as an unsigned integer, loaded with acquire; pairs with `replace` and `publish`.
    @inlinable
    public func acquire() -> UInt64 { unsafe pointer.pointee.load(ordering: .acquiring) }

    /// Sets the integer after all that was read and written before.
    @inlinable
    public func publish(_ value: UInt64) { unsafe pointer.pointee.store(value, ordering: .releasing) }

    /// The number as a double.
    @inlinable
    public var double: Double {
        get { Double(bitPattern: bits) }
        nonmutating set { bits = newValue.bitPattern }
    }

    /// Adds to the integer; wraps past 2^64.
    @inlinable
    public func add(_ value: UInt64) {
        unsafe pointer.pointee.wrappingAdd(value, ordering: .relaxed)
    }

    /// Adds to the integer, and returns what it was; wraps past 2^64.
    @inlinable
    public func exchangeAdd(_ value: UInt64) -> UInt64 {
        unsafe pointer.pointee.wrappingAdd(value, ordering: .relaxed).oldValue
    }

    /// Adds to the double; false, with nothing added, where it is finite and the sum is not.
    @inlinable
    public func add(_ value: Double) -> Bool {
        var old = bits
        while true {
            let held = Double(bitPattern: old)
            let sum = held + value
            guard sum.isFinite || !held.isFinite else { return false }
            let (exchanged, original) = unsafe pointer.pointee.weakCompareExchange(
                expected: old, desired: sum.bitPattern, ordering: .relaxed)
            if exchanged { return true }
            old = original
        }
    }

    /// Sets the bits of `mask`, and writes only where one was missing.
    @inlinable
    public func set(_ mask: UInt64) {
        guard bits & mask != mask else { return }
        unsafe pointer.pointee.bitwiseOr(mask, ordering: .relaxed)
    }

    /// Clears the bits of `mask`.
    @inlinable
    public func clear(_ mask: UInt64) {
        unsafe pointer.pointee.bitwiseAnd(~mask, ordering: .relaxed)
    }

    /// Replaces `expected` by `new`, after all that was written before; false where it held something else.
    @inlinable
    public func replace(_ expected: UInt64, by new: UInt64) -> Bool {
        unsafe pointer.pointee.compareExchange(
            expected: expected, desired: new, ordering: .acquiringAndReleasing
        ).exchanged
    }
}
