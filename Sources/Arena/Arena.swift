import Glibc
package import Linux
import Synchronization

/// One range of shared memory in which all series of a store live, at addresses that never change.
///
/// Memory is handed out in blocks; what was given back is used again for blocks of any size, and `trim` gives whole pages
/// back to the system. Thread-safe. What lies in a block is the business of its table.
@safe
public final class Arena: Sendable {
    static let layoutVersion: UInt32 = 4
    /// Offsets are kept in 32 bits, in units of eight bytes.
    static let largestSize = 1 << 35
    /// The range of addresses that an arena without another one reserves.
    package static let largestReservation = largestSize

    /// How many thread copies a hot row has: at least 8 and at most 64, between them not below the number of processors.
    package let copyCount: Int
    private let copyBytes = Atomic<Int>(0)
    /// Thread copies and what they lead to take at most 16 MiB; rows beyond that do without.
    private static let largestCopies = 16 << 20

    // The mapping outlives every use: the arena owns it, and everything that reaches into it owns the arena.
    @usableFromInline nonisolated(unsafe) let base: UnsafeMutableRawPointer
    let memory: Mutex<ArenaMemory>
    /// Of the hashes of all tables, as label texts come from the network; a successor's is the same.
    let seed: UInt64
    let directory = Mutex(Directory())
    private let budget: MemoryBudget

    /// Whether blocks and rows that become free have to wait, as the memory is being copied.
    let isHeld = Atomic<Bool>(false)
    /// Whether the memory stays as it is, for whoever follows.
    let isLeft = Atomic<Bool>(false)

    /// Makes an empty arena that can grow up to `reserve` bytes, less where the address space is limited.
    ///
    /// It lies in `memory`, which holds zeros, or else in an anonymous file. Blocks and charges together take at most `limit` bytes.
    /// - Throws: `ArenaError.noMemory` with the system's reason.
    package init(
        memory: consuming SharedMemory? = nil, reserve: Int = largestSize, limit: Int = largestSize,
        seed: UInt64 = .random(in: .min ... .max), lineage: UInt64 = .random(in: 1 ... .max)
    ) throws(ArenaError) {
        self.seed = seed
        budget = MemoryBudget(limit: limit)
        copyCount = Self.copyCount(processors: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        do throws(LinuxError) {
            let shared =
                if let memory {
                    memory
                } else {
                    try SharedMemory(
                        name: "heliograph", size: ArenaMemory.growthStep,
                        reserve: min(reserve, Self.largestSize))
                }
            unsafe base = unsafe shared.baseAddress
            self.memory = Mutex(ArenaMemory(shared))
        } catch {
            throw .noMemory("\(error)")
        }
        writeHeader(lineage: lineage)
    }

    /// Where the arena begins, for code that reads in it and keeps it alive by other means.
    @inlinable
    public var place: ArenaPlace { unsafe ArenaPlace(base: base) }

    /// Says that the arena has all that it takes over from its predecessors, of which there were `generation` less one.
    package func complete(generation: UInt64) { word(at: Header.generation).publish(generation) }

    /// Another descriptor of the arena's file, for who reads it as a foreign one; nil where the process is out of descriptors.
    package func duplicateDescriptor() -> Descriptor? { memory.withLock { $0.duplicateDescriptor() } }

    /// The 64-bit number at an offset, which is a multiple of eight.
    func word(at offset: Int) -> Cell {
        unsafe Cell((base + offset).assumingMemoryBound(to: Atomic<UInt64>.self))
    }

    /// Says how many processes in a row, this one among them, went on with the same and have not succeeded.
    package func setAttempts(_ count: UInt64) { word(at: Header.attempts).publish(count) }

    /// Whether no attempt is counted any more.
    package var hasSucceeded: Bool { word(at: Header.attempts).bits == 0 }

    /// Where the attempts are counted, in an image too.
    package static var attemptsPlace: Int { Header.attempts }

    /// Says that the process has applied an input or answered a scrape: what it went on with is no reason for it to end.
    package func succeed() {
        let attempts = word(at: Header.attempts)
        if attempts.bits != 0 { attempts.publish(0) }
    }

    /// The hash of bytes as all tables, and those of a successor, hash.
    package func hash(of bytes: borrowing RawSpan) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe RowHash.hash($0, seed: seed) }
    }

    /// Bytes of memory behind the arena.
    package var size: Int { memory.withLock { $0.size } }

    /// Where the last page ends.
    var extent: Int { memory.withLock { $0.extent } }

    /// Bytes in blocks that were handed out and not given back, and bytes charged; relaxed.
    package var used: Int { budget.used }

    /// How many bytes may be used; privileged allocations may go on to `privilegedLimit`.
    package var limit: Int { budget.limit }

    /// The limit of what must succeed where all else is refused: by a sixteenth larger, at least by 1 MiB.
    package var privilegedLimit: Int { budget.privilegedLimit }

    /// Counts memory elsewhere against the limit; false, with nothing counted, where that leaves no room.
    package func charge(_ byteCount: Int, isPrivileged: Bool = false) -> Bool {
        budget.charge(byteCount, isPrivileged: isPrivileged)
    }

    /// Counts memory elsewhere that is needed in any case, even past the limit.
    package func chargeAlways(_ byteCount: Int) { budget.chargeAlways(byteCount) }

    /// Takes back what was charged.
    package func giveBack(_ byteCount: Int) { budget.giveBackCharge(byteCount) }

    static func copyCount(processors: Int) -> Int {
        var count = 8
        while count < min(processors, 64) { count *= 2 }
        return count
    }

    /// Reserves so many bytes for thread copies; false where the bound leaves no room.
    func takeCopies(_ byteCount: Int) -> Bool {
        guard copyBytes.wrappingAdd(byteCount, ordering: .relaxed).newValue <= Self.largestCopies else {
            giveBackCopies(byteCount)
            return false
        }
        return true
    }

    /// What the blocks of one thread in a row count for against the bound, beside its copy: those of 32 powers of two.
    ///
    /// A native histogram that became coarser has more: as many again for each resolution.
    static let ownBlocksSize = 8 << 10

    /// Reserves room for the blocks of one thread, until their row ends; false where the bound leaves none.
    package func takeOwnBlocks() -> Bool { takeCopies(Self.ownBlocksSize) }

    /// Gives back what `takeOwnBlocks` took, where there are no such blocks after all.
    package func giveBackOwnBlocks() { giveBackCopies(Self.ownBlocksSize) }

    func giveBackCopies(_ byteCount: Int) {
        copyBytes.wrappingSubtract(byteCount, ordering: .relaxed)
    }

    /// The offset of `byteCount` zeroed bytes, at a multiple of 64 where they are 512 or more, else of 16.
    ///
    /// - Throws: `ArenaError.full` past the limit or the reserve, `noMemory` where the system has no more.
    func allocate(_ byteCount: Int, isPrivileged: Bool = false) throws(ArenaError) -> Int {
        let size = BlockSize.rounded(byteCount)
        guard budget.take(size, isPrivileged: isPrivileged) else { throw .full(size: budget.used) }
        let bound = isPrivileged ? Int.max : budget.pageLimit
        do throws(ArenaError) {
            return try memory.withLock { memory throws(ArenaError) in
                try memory.allocate(size, bound: bound, isPrivileged: isPrivileged)
            }
        } catch {
            budget.giveBack(size)
            throw error
        }
    }

    /// As `allocate`, of a few blocks that the process can't do without, whatever the limit: they count for nothing.
    func allocateApart(_ byteCount: Int) throws(ArenaError) -> Int {
        let size = BlockSize.rounded(byteCount)
        budget.setApart(size)
        do throws(ArenaError) {
            return try memory.withLock { memory throws(ArenaError) in
                try memory.allocate(size, bound: .max, isPrivileged: true)
            }
        } catch {
            budget.setApart(-size)
            throw error
        }
    }

    /// Takes back what `allocateApart` gave.
    func releaseApart(offset: Int, byteCount: Int) {
        guard !isLeft.load(ordering: .relaxed) else { return }
        let size = BlockSize.rounded(byteCount)
        unsafe (base + offset).initializeMemory(as: UInt8.self, repeating: 0, count: size)
        memory.withLock { $0.release(offset: offset, size: size) }
        budget.setApart(-size)
    }

    /// Takes back a block that nobody can reach any more.
    func release(offset: Int, byteCount: Int) {
        guard !isLeft.load(ordering: .relaxed) else { return }
        let size = BlockSize.rounded(byteCount)
        if isHeld.load(ordering: .acquiring), memory.withLock({ $0.keepForCopy(offset: offset, size: size) })
        {
            return
        }
        giveBack(offset: offset, size: size)
    }

    /// Makes a block zeros, and free.
    func giveBack(offset: Int, size: Int) {
        unsafe (base + offset).initializeMemory(as: UInt8.self, repeating: 0, count: size)
        memory.withLock { $0.release(offset: offset, size: size) }
        budget.giveBack(size)
    }
}

/// The beginning of an arena, without a reference to it: valid as long as the arena.
@safe
@frozen
public struct ArenaPlace: BitwiseCopyable, @unchecked Sendable {
    // Unchecked because of the pointer, which never changes; the holder of a place keeps the arena alive.
    @usableFromInline let base: UnsafeMutableRawPointer

    @inlinable
    init(base: UnsafeMutableRawPointer) {
        unsafe self.base = unsafe base
    }
}

/// Why the arena gave no memory.
package enum ArenaError: Error, Equatable, CustomStringConvertible {
    /// The system refused, with its reason.
    case noMemory(String)
    /// All of the reserved range is in use.
    case full(size: Int)
    /// A record longer than a block can be.
    case recordTooLong(byteCount: Int)
    /// The table was closed: its rows have a place in another one.
    case closed

    /// One sentence.
    package var description: String {
        switch self {
        case .noMemory(let reason): "There is no memory for more series: \(reason)"
        case .full(let size): "The store of series is full at \(size) bytes."
        case .recordTooLong(let byteCount): "A series of \(byteCount) bytes is too long to be stored."
        case .closed: "The table of series was closed."
        }
    }
}
