public import Synchronization
public import Threads

/// The part of an attached handler that does not depend on its payload type.
@usableFromInline
class AnyHandler: @unchecked Sendable {
    // Unchecked because the class is open to its one subclass in this file; both hold only immutable Sendable values
    // and atomics.
    @usableFromInline let id: String
    @usableFromInline let event: EventName
    let policy: HandlerPolicy
    let sampling: Sampling
    /// Nil where every dispatch is taken.
    let sampler: Sampler?
    /// The monotonic nanosecond until which the handler is not called; 0 unless it threw when it was called last.
    @usableFromInline let quarantinedUntil = Atomic<Int64>(0)
    /// The length of the failure streak.
    let failures = Atomic<Int>(0)
    /// The monotonic clock in nanoseconds, read by the slow paths only.
    let now: @Sendable () -> Int64
    /// Whether the owner is gone; nil where it was attached without one.
    let isOrphan: (@Sendable () -> Bool)?

    init(
        id: String, event: EventName, policy: HandlerPolicy, sampling: Sampling, sampler: Sampler?,
        now: @escaping @Sendable () -> Int64, isOrphan: (@Sendable () -> Bool)?
    ) {
        self.isOrphan = isOrphan
        self.id = id
        self.event = event
        self.policy = policy
        self.sampling = sampling
        self.sampler = sampler
        self.now = now
    }
}

/// One handler of one event.
@usableFromInline
final class Handler<Payload>: AnyHandler, @unchecked Sendable {
    /// Includes the check of the sampler where there is one, so that handlers without one pay nothing.
    @usableFromInline let body: @Sendable (Payload, EventName) throws -> Void
    /// What was attached.
    let unsampledBody: @Sendable (Payload, EventName) throws -> Void
    /// Called instead of `body` for a handler that records, since it never fails.
    ///
    /// Not an optional: a value taken out of an optional is retained for the call, by all threads at the same place.
    @usableFromInline let recorder: @Sendable (Payload) -> Void
    @usableFromInline let isRecording: Bool

    init(
        id: String, event: EventName, policy: HandlerPolicy, sampling: Sampling = .all,
        now: @escaping @Sendable () -> Int64 = { MonotonicTime.nanoseconds },
        isOrphan: (@Sendable () -> Bool)? = nil,
        body: @escaping @Sendable (Payload, EventName) throws -> Void
    ) {
        let sampler = Sampler(sampling)
        recorder = { _ in }
        isRecording = false
        unsampledBody = body
        if let sampler {
            self.body = { payload, event in if sampler.takes() { try body(payload, event) } }
        } else {
            self.body = body
        }
        super.init(
            id: id, event: event, policy: policy, sampling: sampling, sampler: sampler, now: now,
            isOrphan: isOrphan)
    }

    init(
        id: String, event: EventName, recorder: @escaping @Sendable (Payload) -> Void
    ) {
        self.recorder = recorder
        isRecording = true
        body = { _, _ in }
        unsampledBody = body
        super.init(
            id: id, event: event, policy: .keep, sampling: .all, sampler: nil,
            now: { MonotonicTime.nanoseconds }, isOrphan: nil)
    }

    @inlinable
    func call(_ payload: Payload) {
        if isRecording { return recorder(payload) }
        guard quarantinedUntil.load(ordering: .relaxed) == 0 else { return callAfterFailure(payload) }
        let depth = HandlerDepth.enter()
        defer { HandlerDepth.leave() }
        guard depth < NestedTooDeeply.limit || mayRun(within: depth) else { return failed(NestedTooDeeply()) }
        do {
            try body(payload, event)
        } catch {
            failed(error)
        }
    }
}

extension AnyHandler {
    /// Whether it may run within so many others past the limit: what is of failures, to tell of it.
    @usableFromInline
    func mayRun(within depth: Int) -> Bool {
        depth < NestedTooDeeply.limit + 4 && event == HandlerRegistry.failure.name
    }

    /// Applies the policy to a failure and says so with an event.
    @usableFromInline
    func failed(_ error: any Error) {
        if error is OwnerIsGone {
            HandlerRegistry.shared.remove(self)
            return
        }
        let inARow = failures.wrappingAdd(1, ordering: .relaxed).newValue
        let retryDelay = applyPolicy(inARow: inARow)
        // Otherwise a handler of failures that stays attached would receive its own failure and fail again, for ever.
        guard policy == .detach || event != HandlerRegistry.failure.name else { return }
        HandlerRegistry.failure.emit(
            HandlerFailure(
                event: event, handlerID: id, kind: error is CancellationError ? .cancellation : .error,
                error: error, policy: policy, consecutiveFailures: inARow, retryDelay: retryDelay,
                monotonicTime: .now, systemTime: SystemTime.now))
    }

    /// Returns the time until the handler may be called again, nil for never.
    private func applyPolicy(inARow: Int) -> Duration? {
        switch policy {
        case .detach:
            HandlerRegistry.shared.remove(self)
            return nil
        case .keep:
            // A time in the past. The next call takes the slow path, which resets the failure streak on success.
            quarantinedUntil.store(.min, ordering: .relaxed)
            return .zero
        case .quarantine(let initial, let maximum):
            return quarantine(initial: initial, maximum: maximum, inARow: inARow)
        }
    }

    private func quarantine(initial: Duration, maximum: Duration, inARow: Int) -> Duration {
        let pause = max(initial, .nanoseconds(1)).doubled(afterFailures: inARow, upTo: maximum)
        let (end, isBeyond) = now().addingReportingOverflow(pause.wholeNanoseconds)
        quarantinedUntil.store(isBeyond ? .max : max(end, 1), ordering: .relaxed)
        return max(pause, .zero)
    }
}

extension Handler {
    /// Calls a handler whose last call threw, once its quarantine is over; success resets the failure streak.
    @usableFromInline
    func callAfterFailure(_ payload: Payload) {
        guard now() >= quarantinedUntil.load(ordering: .relaxed), sampler?.takes() ?? true else { return }
        let depth = HandlerDepth.enter()
        defer { HandlerDepth.leave() }
        guard depth < NestedTooDeeply.limit || mayRun(within: depth) else { return failed(NestedTooDeeply()) }
        do {
            try unsampledBody(payload, event)
            failures.store(0, ordering: .relaxed)
            quarantinedUntil.store(0, ordering: .relaxed)
        } catch {
            failed(error)
        }
    }
}

/// Thrown by the body of a handler whose owner was released.
struct OwnerIsGone: Error {}
