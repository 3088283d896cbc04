public import Synchronization
public import Threads

/// The counters at which readers of published raw memory enter and leave, as in sleepable RCU: they tell a writer when
/// memory that it unpublished can be freed.
///
/// A reader adds one to the counter of its slot and the current phase. *Then* it loads the published pointer, sequentially
/// consistent: an acquiring load could still see the old one. When it is done, it subtracts one.
///
/// A reader of the old memory was counted before the pointer was replaced, and still is. So a counter that is zero after
/// the replacement has no such reader. Memory is free once every counter was seen at zero since its retirement, at any time
/// and in any order. The phase only guarantees that this happens: the writer flips it, new readers use the other counter,
/// and the old one drains.
///
/// A thread with a number has a slot of its own and needs no read-modify-write; the others share the last slots. Where
/// `ThreadBarrier` is available, that store needs no fence either: the writer has all threads pass one before it reads the
/// counters. The proof is in docs/decisions/0001-reader-slots.md.
@safe
@usableFromInline
struct ReaderSlots: ~Copyable {
    /// Of threads without a number, a power of two.
    @usableFromInline static var sharedCount: Int { 16 }
    /// Those of one thread each, and the shared ones: 128.
    static let slotCount = ThreadNumber.count + sharedCount
    /// Counters of one slot fill two cache lines, as adjacent lines are fetched in pairs.
    @usableFromInline
    static var stride: Int { 128 }

    /// 0 or 1: which counter of each slot new readers take.
    @usableFromInline
    let phase = Atomic<UInt>(0)

    /// Whether the writer calls `ThreadBarrier.passAll` before it reads the counters.
    @usableFromInline
    let hasBarrier: Bool

    @usableFromInline
    let counters: UnsafeMutableRawPointer

    init(hasBarrier: Bool) {
        self.hasBarrier = hasBarrier
        let size = Self.slotCount * Self.stride
        unsafe counters = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: Self.stride)
        unsafe counters.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    }

    /// A place that is never freed.
    static func allocate(hasBarrier: Bool) -> UnsafePointer<ReaderSlots> {
        let place = UnsafeMutablePointer<ReaderSlots>.allocate(capacity: 1)
        unsafe place.initialize(to: ReaderSlots(hasBarrier: hasBarrier))
        return unsafe UnsafePointer(place)
    }

    /// Enters a reader; the result goes to `leave`, in the same thread.
    @inlinable
    @inline(__always)
    func enter() -> Int {
        let phase = Int(truncatingIfNeeded: phase.load(ordering: .relaxed)) &* MemoryLayout<UInt>.stride
        let number = Int(ThreadNumber.current)
        guard number < ThreadNumber.count else { return enterShared(phase) }
        let offset = number &* Self.stride &+ phase
        let counter = unsafe counter(atOffset: offset)
        let count = unsafe counter.pointee.load(ordering: .relaxed) &+ 1
        if hasBarrier {
            unsafe counter.pointee.store(count, ordering: .relaxed)
            ThreadBarrier.order()
        } else {
            unsafe counter.pointee.store(count, ordering: .sequentiallyConsistent)
        }
        return offset
    }

    /// Ends what `enter` began.
    @inlinable
    @inline(__always)
    func leave(_ ticket: Int) {
        guard ticket < ThreadNumber.count &* Self.stride else { return leaveShared(ticket) }
        let counter = unsafe counter(atOffset: ticket)
        unsafe counter.pointee.store(counter.pointee.load(ordering: .relaxed) &- 1, ordering: .releasing)
    }

    @usableFromInline
    @inline(never)
    func enterShared(_ phase: Int) -> Int {
        let offset = (ThreadNumber.count + Self.sharedPlace()) * Self.stride + phase
        unsafe counter(atOffset: offset).pointee.wrappingAdd(1, ordering: .sequentiallyConsistent)
        return offset
    }

    @usableFromInline
    @inline(never)
    func leaveShared(_ ticket: Int) {
        unsafe counter(atOffset: ticket).pointee.wrappingSubtract(1, ordering: .releasing)
    }

    /// Whether the running thread is a reader; false too where it shares its counters with others.
    var isReader: Bool {
        let number = Int(ThreadNumber.current)
        guard number < ThreadNumber.count else { return false }
        let offset = number * Self.stride
        return unsafe counter(atOffset: offset).pointee.load(ordering: .relaxed) != 0
            || counter(atOffset: offset + MemoryLayout<UInt>.stride).pointee.load(ordering: .relaxed) != 0
    }

    /// Whether the counter of `slot` and `phase` is at zero now.
    func isIdle(slot: Int, phase: Int) -> Bool {
        let offset = slot * Self.stride + phase * MemoryLayout<UInt>.stride
        return unsafe counter(atOffset: offset).pointee.load(ordering: .sequentiallyConsistent) == 0
    }

    @inlinable
    func counter(atOffset offset: Int) -> UnsafeMutablePointer<Atomic<UInt>> {
        unsafe (counters + offset).assumingMemoryBound(to: Atomic<UInt>.self)
    }

    /// Spreads threads by the place of their stacks, which costs no call; any place is correct.
    private static func sharedPlace() -> Int {
        var marker: UInt8 = 0
        let address = unsafe withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
        let mixed = (address >> 19) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 60) & (sharedCount - 1)
    }
}
