public import Synchronization
public import Threads

/// Neighbouring cells that the running thread adds to: those of a row, or a copy of them that is its own.
///
/// For use in the thread that got them.
@safe
@frozen
public struct Cells {
    @usableFromInline let pointer: UnsafeMutableRawPointer
    /// Whether only this thread writes them, so that a load and a store suffice for an addition.
    public let isThreadExclusive: Bool

    @inlinable
    @inline(__always)
    init(_ pointer: UnsafeMutableRawPointer, isThreadExclusive: Bool) {
        unsafe self.pointer = unsafe pointer
        self.isThreadExclusive = isThreadExclusive
    }

    /// Adds to the integer in the cell at `index`, which is below their number; wraps past 2^64.
    @inlinable
    @inline(__always)
    public func add(_ value: UInt64, at index: Int) {
        let cell = cell(index)
        if isThreadExclusive {
            cell.bits = cell.bits &+ value
        } else {
            cell.add(value)
        }
    }

    /// Adds to the integer in the cell at `index`, and returns what it was; wraps past 2^64.
    @inlinable
    @inline(__always)
    public func exchangeAdd(_ value: UInt64, at index: Int) -> UInt64 {
        let cell = cell(index)
        guard isThreadExclusive else { return cell.exchangeAdd(value) }
        let old = cell.bits
        cell.bits = old &+ value
        return old
    }

    /// Adds to the sum in the cells at `index`; false, with nothing added, where the sum of all copies would not be finite.
    ///
    /// A thread's copy stays below `copyBound`, so only the cell of `row` itself holds large values and decides alone. All
    /// copies together are less than half of the last place of the largest double: see docs/decisions/0010.
    @inlinable
    @inline(__always)
    public func add(_ value: Double, at index: Int, of row: Row) -> Bool {
        addDirectly(value, at: index) || Self.addLarge(value, at: index, of: row)
    }

    /// Adds to the sum in the cells at `index`; false, with nothing added, where `add(_:at:of:)` has to decide.
    @inlinable
    @inline(__always)
    public func addDirectly(_ value: Double, at index: Int) -> Bool {
        let cell = cell(index)
        guard isThreadExclusive else { return cell.add(value) }
        let sum = cell.double + value
        guard sum.magnitude < Self.copyBound else { return false }
        cell.double = sum
        return true
    }

    /// The sum in the cell at `index` with `value` added; nil where `add(_:at:of:)` has to decide.
    ///
    /// In the thread's own copy it stays true until the thread writes there.
    @inlinable
    @inline(__always)
    public func sum(adding value: Double, at index: Int) -> Double? {
        let sum = cell(index).double + value
        return sum.magnitude < (isThreadExclusive ? Self.copyBound : .infinity) ? sum : nil
    }

    /// Whether `add(_:at:of:)` would take the value now.
    public func wouldTake(_ value: Double, at index: Int, of row: Row) -> Bool {
        sum(adding: value, at: index) != nil || (row.cell(index).double + value).isFinite
    }

    /// Where the magnitude of a thread's copy of a sum ends.
    @inlinable static var copyBound: Double { 0x1p950 }

    @usableFromInline
    @inline(never)
    static func addLarge(_ value: Double, at index: Int, of row: Row) -> Bool { row.cell(index).add(value) }

    /// The cell at `index`, for what is no number to add to.
    @inlinable
    @inline(__always)
    public func cell(_ index: Int) -> Cell {
        unsafe Cell((pointer + index &* 8).assumingMemoryBound(to: Atomic<UInt64>.self))
    }
}

/// The cells of a row that is held, and their copies, of which each thread with a low number has one.
@safe
@frozen
public struct ThreadCells: @unchecked Sendable {
    // Unchecked because of the pointers: they lead to atomics, in memory that the row's holder keeps alive.
    /// The cells of the row, for threads without a copy.
    @usableFromInline let shared: UnsafeMutableRawPointer
    @usableFromInline let first: UnsafeMutableRawPointer
    @usableFromInline let count: UInt32
    /// Bytes from one copy to the next.
    @usableFromInline let stride: UInt32

    init(shared: UnsafeMutableRawPointer, first: UnsafeMutableRawPointer, count: Int, stride: Int) {
        unsafe self.shared = unsafe shared
        unsafe self.first = unsafe first
        self.count = UInt32(count)
        self.stride = UInt32(stride)
    }

    /// The cells that the running thread adds to.
    @inlinable
    @inline(__always)
    public var mine: Cells {
        let place = ThreadNumber.current
        guard place < count else { return unsafe Cells(shared, isThreadExclusive: false) }
        return unsafe Cells(first + Int(place &* stride), isThreadExclusive: true)
    }
}
