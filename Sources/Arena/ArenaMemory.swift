import Linux

/// The memory of an arena, and what of it is free; guarded by the arena's lock.
///
/// All that is free is zeros.
struct ArenaMemory: ~Copyable {
    static let growthStep = 256 << 10
    /// Pages that only privileged blocks take where the memory may not grow for want of room, as in a full file system: the counters
    /// of what is refused then have to have theirs.
    static let sparePages = 16

    private var memory: SharedMemory
    private var pages = Pages()
    private var slabs = Slabs()
    var heap = HeapTrimming()
    /// What an image that is being written has to know; nil while none is.
    private var hold: ArenaHold?

    init(_ memory: consuming SharedMemory) {
        pages.grow(to: memory.size / Pages.size, isBacked: memory.isAllocated)
        self.memory = memory
    }

    /// Bytes of memory behind all pages, as the system counts them.
    var size: Int { memory.residentSize ?? memory.size }

    /// Where the last page ends.
    var extent: Int { pages.count * Pages.size }

    var descriptorNumber: Int32 { memory.descriptor.rawValue }

    func duplicateDescriptor() -> Descriptor? { Descriptor.duplicate(of: memory.descriptor.rawValue) }

    /// The offset of a block; all pages together take at most `bound` bytes.
    mutating func allocate(_ size: Int, bound: Int, isPrivileged: Bool) throws(ArenaError) -> Int {
        let offset = try place(size, bound: bound, isPrivileged: isPrivileged)
        hold?.noteHandedOut(offset..<offset + size)
        return offset
    }

    private mutating func place(_ size: Int, bound: Int, isPrivileged: Bool) throws(ArenaError) -> Int {
        let spare = isPrivileged || !memory.isAllocated ? 0 : Self.sparePages
        guard BlockSize.isInSlab(size) else {
            return try take(size / Pages.size, aligned: 1, bound: bound, sparing: spare) * Pages.size
        }
        if let offset = slabs.take(size) { return offset }
        let count = BlockSize.slabPages(of: size)
        let page = try take(count, aligned: count, bound: bound, sparing: spare)
        slabs.add(at: page, size: size)
        return slabs.take(size) ?? page * Pages.size
    }

    /// Pages with memory, after which so many are still free.
    private mutating func take(
        _ count: Int, aligned alignment: Int, bound: Int, sparing spare: Int
    ) throws(ArenaError) -> Int {
        guard (pages.takenCount + count) * Pages.size <= bound else {
            throw .full(size: pages.takenCount * Pages.size)
        }
        if spare > 0, pages.count - pages.takenCount < count + spare {
            try grow(to: (pages.count + count + spare) * Pages.size)
        }
        if let page = try takeBacked(count, aligned: alignment) { return page }
        try grow(to: pages.countNeeded(for: count, aligned: alignment) * Pages.size)
        guard let page = try takeBacked(count, aligned: alignment) else { throw .full(size: memory.size) }
        return page
    }

    /// Takes pages that have memory, or get it when they are touched and can't fail to.
    private mutating func takeBacked(_ count: Int, aligned alignment: Int) throws(ArenaError) -> Int? {
        guard let page = pages.find(count, aligned: alignment) else { return nil }
        let run = page..<page + count
        if memory.isAllocated, !pages.areBacked(run) {
            do throws(LinuxError) {
                try memory.allocate(run.lowerBound * Pages.size..<run.upperBound * Pages.size)
            } catch {
                throw .noMemory("\(error)")
            }
        }
        pages.take(run)
        return page
    }

    private mutating func grow(to needed: Int) throws(ArenaError) {
        guard needed <= min(memory.reserved, Arena.largestSize) else { throw .full(size: memory.size) }
        let size = (needed + Self.growthStep - 1) / Self.growthStep * Self.growthStep
        do throws(LinuxError) {
            try memory.grow(to: min(size, memory.reserved / Pages.size * Pages.size), populate: true)
        } catch {
            throw .noMemory("\(error)")
        }
        pages.grow(to: memory.size / Pages.size, isBacked: true)
    }

    /// Takes back a block of zeros.
    mutating func release(offset: Int, size: Int) {
        if !BlockSize.isInSlab(size) {
            pages.giveBack(offset / Pages.size..<(offset + size) / Pages.size, isBacked: true)
        } else if let empty = slabs.giveBack(offset: offset, size: size) {
            pages.giveBack(empty, isBacked: true)
        }
    }

    /// Pages that stayed free since the last `age`, for the caller to give to the system and then back.
    mutating func takeIdle() -> Range<Int>? { pages.takeIdle(atMost: Self.growthStep * 4 / Pages.size) }

    /// Takes pages back that the system has, or has not, taken the memory of.
    mutating func giveBack(_ run: Range<Int>, isBacked: Bool) { pages.giveBack(run, isBacked: isBacked) }

    /// Begins anew to see which pages stay free.
    mutating func age() {
        pages.age()
        slabs.trim()
    }
}

// While an image is written.
extension ArenaMemory {
    /// Has blocks that are released from now on stay as they are, at most `limit` bytes of them, until `endHold`.
    mutating func beginHold(limit: Int) { hold = ArenaHold(limit: limit) }

    /// Keeps a block that is released; false where it can't wait.
    mutating func keepForCopy(offset: Int, size: Int) -> Bool {
        hold?.keep(offset: offset, size: size) ?? false
    }

    /// The blocks that were handed out since the last call; nil where some were given back meanwhile.
    mutating func takeHandedOut() -> [Range<Int>]? { hold?.takeHandedOut() }

    /// Ends the hold, and returns the blocks that waited.
    mutating func endHold() -> [(offset: Int, size: Int)] {
        defer { hold = nil }
        return hold?.kept ?? []
    }
}
