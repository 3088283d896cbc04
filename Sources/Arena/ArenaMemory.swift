import Linux

/// The memory of an arena, and what of it is free; guarded by the arena's lock.
///
/// All that is free is zeros.
struct ArenaMemory: ~Copyable {
    static let growthStep = 256 << 10

    private var memory: SharedMemory
    private var pages = Pages()
    private var slabs = Slabs()
    var heap = HeapTrimming()

    init(_ memory: consuming SharedMemory) {
        pages.grow(to: memory.size / Pages.size, isBacked: false)
        self.memory = memory
    }

    /// Bytes of memory behind all pages, as the system counts them.
    var size: Int { memory.residentSize ?? memory.size }

    func duplicateDescriptor() -> Descriptor? { Descriptor.duplicate(of: memory.descriptor.rawValue) }

    /// The offset of a block; all pages together take at most `bound` bytes.
    mutating func allocate(_ size: Int, bound: Int) throws(ArenaError) -> Int {
        guard BlockSize.isInSlab(size) else {
            return try take(size / Pages.size, aligned: 1, bound: bound) * Pages.size
        }
        if let offset = slabs.take(size) { return offset }
        let count = BlockSize.slabPages(of: size)
        let page = try take(count, aligned: count, bound: bound)
        slabs.add(at: page, size: size)
        return slabs.take(size) ?? page * Pages.size
    }

    private mutating func take(_ count: Int, aligned alignment: Int, bound: Int) throws(ArenaError) -> Int {
        guard (pages.takenCount + count) * Pages.size <= bound else {
            throw .full(size: pages.takenCount * Pages.size)
        }
        if let page = pages.take(count, aligned: alignment) { return page }
        try grow(to: pages.countNeeded(for: count, aligned: alignment) * Pages.size)
        guard let page = pages.take(count, aligned: alignment) else { throw .full(size: memory.size) }
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
