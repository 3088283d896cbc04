import Synchronization
import Threads

/// Memory that lock-free readers may still hold, and the rule for freeing it: RCU with deferred callbacks.
///
/// Emitting an event enters the shared domain; code that reads published memory outside an emit enters it with `read`.
/// Readers never wait. Retiring frees, in the caller, what has passed its grace period, and never waits for readers either.
@safe
public final class ReclamationDomain: Sendable {
    /// The domain of all events of the process.
    public static let shared = ReclamationDomain()

    // Allocated once, never freed; its parts are atomic or immutable.
    nonisolated(unsafe) let slots: UnsafePointer<ReaderSlots>
    private let retired = Mutex(Retired())

    private struct Retired {
        /// What waits for the counters that are `busy`, oldest first.
        var waiting: [@Sendable () -> Void] = []
        /// What was retired since the current round began; it needs a round of its own.
        var next: [@Sendable () -> Void] = []
        /// The slots whose counters were not yet seen at zero in this round, for phase 0 and phase 1.
        var busy = (Slots(), Slots())
    }

    /// Makes all threads pass a barrier, false where it could not; nil where each reader passes one of its own.
    private let barrier: (@Sendable () -> Bool)?

    convenience init() {
        if ThreadBarrier.isAvailable {
            self.init { ThreadBarrier.passAll() }
        } else {
            self.init(barrier: nil)
        }
    }

    init(barrier: (@Sendable () -> Bool)?) {
        self.barrier = barrier
        unsafe slots = ReaderSlots.allocate(hasBarrier: barrier != nil)
    }

    /// Runs `body` while nothing that it can still reach is freed; calls may nest.
    package func read<Result: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let ticket = unsafe slots.pointee.enter()
        defer { unsafe slots.pointee.leave(ticket) }
        return try body()
    }

    /// Where readers enter and leave, for code that reads often.
    package var readers: DomainReaders { unsafe DomainReaders(slots: slots) }

    /// Frees by calling `free`, once no reader that began before this call is left; possibly within this call.
    ///
    /// What `free` releases must be unpublished already. A caller that is a reader itself frees nothing, since it would have to
    /// wait for itself. It still advances the round once in 16 retirements, so that retirements of readers don't pile up.
    package func retire(_ free: @escaping @Sendable () -> Void) {
        let waiting = retired.withLock { state in
            state.next.append(free)
            return state.next.count
        }
        if unsafe slots.pointee.isReader, waiting % Self.retiredByReaders != 0 { return }
        reclaim()
    }

    /// After how many retirements a reader advances the round.
    private static let retiredByReaders = 16

    /// Frees what can be freed now, and returns how many retirements still wait.
    @discardableResult
    package func reclaim() -> Int {
        var free: [@Sendable () -> Void] = []
        let waiting = retired.withLock { state in
            free += advance(&state)
            // The end of a round begins the next one, of what was retired meanwhile.
            if !free.isEmpty { free += advance(&state) }
            return state.waiting.count + state.next.count
        }
        for action in free { action() }
        return waiting
    }

    private func advance(_ state: inout Retired) -> [@Sendable () -> Void] {
        if state.waiting.isEmpty {
            guard !state.next.isEmpty else { return [] }
            swap(&state.waiting, &state.next)
            state.busy = (Slots(), Slots())
        }
        // After the replacements of all that waits, and before the counters are read.
        if let barrier, !barrier() { return [] }
        let phase = unsafe slots.pointee.phase.load(ordering: .relaxed)
        unsafe state.busy.0.removeIdle(slots.pointee, phase: 0)
        unsafe state.busy.1.removeIdle(slots.pointee, phase: 1)
        guard state.busy.0.isEmpty, state.busy.1.isEmpty else {
            // Sends new readers to the counters that this round no longer waits for, so that the others drain.
            if phase == 0 ? state.busy.1.isEmpty : state.busy.0.isEmpty {
                unsafe slots.pointee.phase.store(1 - phase, ordering: .relaxed)
            }
            return []
        }
        defer { state.waiting = [] }
        return state.waiting
    }
}

/// `ReclamationDomain.read` without a reference to the domain, which all threads would count at the same place.
@safe
@frozen
public struct DomainReaders: BitwiseCopyable, @unchecked Sendable {
    // Unchecked because of the pointer: the slots are never freed, and all in them is atomic or immutable.
    @usableFromInline let slots: UnsafePointer<ReaderSlots>

    /// Begins to read; the result goes to `leave`, in the same thread.
    @inlinable
    @inline(__always)
    public func enter() -> Int { unsafe slots.pointee.enter() }

    /// Ends what `enter` began.
    @inlinable
    @inline(__always)
    public func leave(_ ticket: Int) { unsafe slots.pointee.leave(ticket) }
}

/// Slots, a bit each; at first all 128 of them.
private struct Slots {
    private var bits = InlineArray<2, UInt64>(repeating: .max)

    var isEmpty: Bool { bits[0] | bits[1] == 0 }

    /// Takes out those whose counter is at zero.
    mutating func removeIdle(_ slots: borrowing ReaderSlots, phase: Int) {
        for word in bits.indices {
            var rest = bits[word]
            while rest != 0 {
                let place = rest.trailingZeroBitCount
                if slots.isIdle(slot: word * 64 + place, phase: phase) {
                    bits[word] &= ~(1 << UInt64(place))
                }
                rest &= rest - 1
            }
        }
    }
}
