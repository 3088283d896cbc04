public import Synchronization

/// Memory of a row's own beyond its cells: a cell or another block leads to it; made when it is first needed.
///
/// Its address is a number of 32 bits, 0 for none. It ends with the row: blocks know their size, the block that they
/// link to, and whether their own cells lead to blocks, so all of them are released together.
@safe
@frozen
public struct Block: @unchecked Sendable {
    // Unchecked because of the pointer: it leads to atomics, which live as long as the row that leads to the block.
    @usableFromInline let pointer: UnsafeMutableRawPointer

    /// Bytes before the content: the size in 32 bits, and the link.
    @usableFromInline static var headerSize: Int { 8 }
    /// Set in the size of a block whose cells lead to blocks.
    private static var directoryBit: UInt32 { 1 << 31 }

    /// The block at `address`, which is not 0.
    @inlinable
    public init(address: UInt32, at place: ArenaPlace) {
        unsafe pointer = place.base + Int(address) &* 8
    }

    /// The block at `address`, which is not 0.
    @inlinable
    public init(address: UInt32, in arena: Arena) { self.init(address: address, at: arena.place) }

    /// A new block with `byteCount` bytes of zeros: its address.
    ///
    /// Of a directory, the lower half of every cell is the address of a block or 0. One that is privileged may go past the
    /// arena's limit.
    /// - Throws: `ArenaError` where there is no memory.
    package static func make(
        byteCount: Int, isDirectory: Bool = false, in arena: Arena, isPrivileged: Bool = false
    ) throws(ArenaError) -> UInt32 {
        let size = byteCount + headerSize
        let offset = try arena.allocate(size, isPrivileged: isPrivileged)
        let word = UInt32(size) | (isDirectory ? directoryBit : 0)
        unsafe (arena.base + offset).storeBytes(of: word, as: UInt32.self)
        return UInt32(offset / 8)
    }

    /// Frees the block and all that it leads to, which have no reader any more; 0 stands for none.
    package static func release(_ address: UInt32, to arena: Arena) {
        var address = address
        while address != 0 {
            let block = Block(address: address, in: arena)
            let word = unsafe block.pointer.load(as: UInt32.self)
            let size = Int(word & ~directoryBit)
            if word & directoryBit != 0 {
                for index in 0..<(size - headerSize) / 8 {
                    release(UInt32(truncatingIfNeeded: block.cell(index).acquire()), to: arena)
                }
            }
            let next = block.link.acquire()
            arena.release(offset: Int(address) * 8, byteCount: size)
            address = next
        }
    }

    /// Whether this is the same memory as `other`.
    package func isSame(as other: Block) -> Bool { unsafe pointer == other.pointer }

    /// The address of the next block, 0 for none.
    @inlinable
    public var link: HalfCell { unsafe HalfCell((pointer + 4).assumingMemoryBound(to: Atomic<UInt32>.self)) }

    /// The 64-bit number at `index`.
    @inlinable
    public func cell(_ index: Int) -> Cell {
        unsafe Cell((pointer + (Self.headerSize &+ index &* 8)).assumingMemoryBound(to: Atomic<UInt64>.self))
    }

    /// All its 64-bit numbers; `isThreadExclusive` where the running thread alone writes them.
    @inlinable
    @inline(__always)
    public func cells(isThreadExclusive: Bool) -> Cells {
        unsafe Cells(pointer + Self.headerSize, isThreadExclusive: isThreadExclusive)
    }

    /// The 32-bit number at `index`.
    @inlinable
    public func half(_ index: Int) -> HalfCell {
        unsafe HalfCell(
            (pointer + (Self.headerSize &+ index &* 4)).assumingMemoryBound(to: Atomic<UInt32>.self))
    }

    /// The 16-bit number at `index`, relaxed.
    @inlinable
    public func quarter(_ index: Int) -> UInt16 {
        unsafe quarters[index].load(ordering: .relaxed)
    }

    /// Adds to the 16-bit number at `index`, relaxed; wraps past 2^16.
    @inlinable
    public func add(_ value: UInt16, toQuarter index: Int) {
        unsafe quarters[index].wrappingAdd(value, ordering: .relaxed)
    }

    /// Sets the 16-bit number at `index`, relaxed; for a block that one thread alone writes.
    @inlinable
    public func set(_ value: UInt16, toQuarter index: Int) {
        unsafe quarters[index].store(value, ordering: .relaxed)
    }

    @inlinable
    var quarters: UnsafeMutablePointer<Atomic<UInt16>> {
        unsafe (pointer + Self.headerSize).assumingMemoryBound(to: Atomic<UInt16>.self)
    }

    /// The address of the block that `link` leads to, made with `byteCount` bytes where there is none.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    package func linked(
        byteCount: Int, in arena: Arena, isPrivileged: Bool = false
    ) throws(ArenaError) -> UInt32 {
        let known = link.acquire()
        if known != 0 { return known }
        let made = try Self.make(byteCount: byteCount, in: arena, isPrivileged: isPrivileged)
        if link.replace(0, by: made) { return made }
        Self.release(made, to: arena)
        return link.acquire()
    }
}
