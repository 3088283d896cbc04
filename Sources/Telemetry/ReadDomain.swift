import Synchronization

/// Memory that lock-free readers may still hold, and the rule for freeing it.
///
/// Emitting an event enters the shared domain; whoever reads published memory outside an emit enters it with
/// `read`. Readers never wait. Retiring frees what is free by then, in the caller, and never waits for readers either.
@safe
public final class ReadDomain: Sendable {
    /// The domain of all events of the process.
    public static let shared = ReadDomain()

    // Allocated once, never freed; its parts are atomic or immutable.
    nonisolated(unsafe) let stripes: UnsafePointer<ReaderStripes>
    private let retired = Mutex(Retired())

    private struct Retired {
        /// What waits for the counters not yet in `seenIdle`, oldest first.
        var waiting: [@Sendable () -> Void] = []
        /// What was retired since the current round began; it needs a round of its own.
        var next: [@Sendable () -> Void] = []
        /// One bit per counter that was seen idle in this round, for phase 0 and phase 1.
        var seenIdle: (UInt64, UInt64) = (0, 0)
    }

    init() {
        unsafe stripes = ReaderStripes.allocate()
    }

    /// Runs `body` while nothing that it can still reach is freed; calls may nest.
    package func read<Result: ~Copyable, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let ticket = unsafe stripes.pointee.enter()
        defer { unsafe stripes.pointee.leave(ticket) }
        return try body()
    }

    /// Frees by calling `free`, once no reader that began before this call is left; possibly within this call.
    ///
    /// What `free` releases must be out of sight of new readers already.
    package func retire(_ free: @escaping @Sendable () -> Void) {
        retired.withLock { $0.next.append(free) }
        reclaim()
    }

    /// Frees what can be freed now, and returns how many retirements still wait.
    @discardableResult
    package func reclaim() -> Int {
        var free: [@Sendable () -> Void] = []
        let waiting = retired.withLock { state in
            free += advance(&state)
            // A round that ended lets what was retired during it begin its own.
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
            state.seenIdle = (0, 0)
        }
        let phase = unsafe stripes.pointee.phase.load(ordering: .relaxed)
        state.seenIdle.0 |= idleStripes(phase: 0)
        state.seenIdle.1 |= idleStripes(phase: 1)
        let all = UInt64.max >> (64 - UInt64(ReaderStripes.stripeCount))
        guard state.seenIdle == (all, all) else {
            // New readers go to the counters that this round no longer waits for, so that the others drain.
            if (phase == 0 ? state.seenIdle.1 : state.seenIdle.0) == all {
                unsafe stripes.pointee.phase.store(1 - phase, ordering: .relaxed)
            }
            return []
        }
        defer { state.waiting = [] }
        return state.waiting
    }

    private func idleStripes(phase: Int) -> UInt64 {
        (0..<ReaderStripes.stripeCount).reduce(0) { bits, stripe in
            unsafe stripes.pointee.isIdle(stripe: stripe, phase: phase) ? bits | (1 << UInt64(stripe)) : bits
        }
    }
}
