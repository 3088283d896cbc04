public import Synchronization

/// A stretch of the arena that holds rows of one table one after the other; blocks of a table form a list.
@safe
@frozen
@usableFromInline
struct RowBlock {
    @usableFromInline static var headerSize: Int { 16 }
    /// The first block of a table is for one row, as many tables have no second; each further one is as large as all others
    /// together, within these bounds.
    static let smallest = 512
    static let largest = 64 << 10
    /// A block for a longer row than the others hold.
    static let longest = 256 << 10

    @usableFromInline let pointer: UnsafeMutableRawPointer

    @inlinable
    init(_ pointer: UnsafeMutableRawPointer) {
        unsafe self.pointer = unsafe pointer
    }

    /// The arena offset of the next block, 0 for none; that of a block that left the list leads on.
    ///
    /// Sequentially consistent, as what readers of the reclamation domain find blocks by.
    var next: Int {
        get { unsafe word(at: 0).pointee.load(ordering: .sequentiallyConsistent) }
        nonmutating set { unsafe word(at: 0).pointee.store(newValue, ordering: .sequentiallyConsistent) }
    }

    /// Bytes in use, with this header; grown after the row behind them is whole, and stored with release.
    @inlinable
    var used: Int {
        get { unsafe word(at: 8).pointee.load(ordering: .acquiring) }
        nonmutating set { unsafe word(at: 8).pointee.store(newValue, ordering: .releasing) }
    }

    @unsafe
    @inlinable
    func word(at offset: Int) -> UnsafeMutablePointer<Atomic<Int>> {
        unsafe (pointer + offset).assumingMemoryBound(to: Atomic<Int>.self)
    }
}
