public import Synchronization

/// Neighbouring cells that one thread adds to: those of a row, or one of its stripes.
@safe
@frozen
public struct Cells: @unchecked Sendable {
    // Unchecked because of the pointer: it leads to atomics, in memory that whoever holds the cells keeps alive.
    @usableFromInline let pointer: UnsafeMutableRawPointer

    @inlinable
    init(_ pointer: UnsafeMutableRawPointer) {
        unsafe self.pointer = unsafe pointer
    }

    /// The cell at `index`, which is below their number.
    @inlinable
    public subscript(index: Int) -> Cell {
        unsafe Cell((pointer + index &* 8).assumingMemoryBound(to: Atomic<UInt64>.self))
    }
}

/// The copies of a row's cells, of which each thread takes one: for whoever holds the row.
@safe
@frozen
public struct StripedCells: @unchecked Sendable {
    // Unchecked because of the pointer, as in `Cells`.
    @usableFromInline let first: UnsafeMutableRawPointer
    /// The number of copies less one.
    @usableFromInline let mask: Int
    /// Bytes from one copy to the next.
    @usableFromInline let stride: Int

    init(first: UnsafeMutableRawPointer, mask: Int, stride: Int) {
        unsafe self.first = unsafe first
        self.mask = mask
        self.stride = stride
    }

    /// The copy of the running thread.
    @inlinable
    @inline(__always)
    public var mine: Cells {
        unsafe Cells(first + (ThreadStripe.current & mask) &* stride)
    }
}
