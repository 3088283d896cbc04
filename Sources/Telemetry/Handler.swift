public import Synchronization

/// The part of an attached handler that does not depend on its payload type.
@usableFromInline
class AnyHandler: @unchecked Sendable {
    // Unchecked because the class is open to its one subclass in this file; both hold only immutable Sendable values
    // and atomics.
    @usableFromInline let id: String
    @usableFromInline let event: EventName
    let policy: HandlerPolicy
    /// The monotonic nanosecond until which the handler is quarantined, 0 while it is not.
    @usableFromInline let quarantinedUntil = Atomic<Int64>(0)
    /// Failures in a row, for the doubling of the quarantine.
    let failures = Atomic<Int>(0)
    /// The monotonic clock in nanoseconds, read by the slow paths only.
    let now: @Sendable () -> Int64

    init(id: String, event: EventName, policy: HandlerPolicy, now: @escaping @Sendable () -> Int64) {
        self.id = id
        self.event = event
        self.policy = policy
        self.now = now
    }
}

/// One handler of one event.
@usableFromInline
final class Handler<Payload>: AnyHandler, @unchecked Sendable {
    @usableFromInline let body: @Sendable (Payload, EventName) throws -> Void

    init(
        id: String, event: EventName, policy: HandlerPolicy,
        now: @escaping @Sendable () -> Int64 = { MonotonicTime.nanoseconds },
        body: @escaping @Sendable (Payload, EventName) throws -> Void
    ) {
        self.body = body
        super.init(id: id, event: event, policy: policy, now: now)
    }

    @inlinable
    func call(_ payload: Payload) {
        guard quarantinedUntil.load(ordering: .relaxed) == 0 else { return callAfterQuarantine(payload) }
        do {
            try body(payload, event)
        } catch {
            failed(error)
        }
    }
}

extension AnyHandler {
    /// Applies the policy to a failure and says so with an event.
    @usableFromInline
    func failed(_ error: any Error) {
        if error is OwnerIsGone {
            HandlerRegistry.shared.remove(self)
            return
        }
        switch policy {
        case .detach: HandlerRegistry.shared.remove(self)
        case .keep: break
        case .quarantine(let initial, let maximum): quarantine(initial: initial, maximum: maximum)
        }
        // A failure handler that stays attached would be told of its own failure, and fail again, without end.
        guard policy == .detach || event != HandlerRegistry.failure.name else { return }
        HandlerRegistry.failure.emit(
            HandlerFailure(
                event: event, handlerID: id, error: error, policy: policy,
                monotonicTime: .now, systemTime: SystemTime.now))
    }

    private func quarantine(initial: Duration, maximum: Duration) {
        let inARow = failures.wrappingAdd(1, ordering: .relaxed).oldValue
        var pause = max(initial, .nanoseconds(1))
        for _ in 0..<min(inARow, 62) where pause < maximum { pause *= 2 }
        let (end, isBeyond) = now().addingReportingOverflow(min(pause, maximum).wholeNanoseconds)
        quarantinedUntil.store(isBeyond ? .max : max(end, 1), ordering: .relaxed)
    }
}

extension Handler {
    /// Tries a quarantined handler again when its time has come; success ends the quarantine.
    @usableFromInline
    func callAfterQuarantine(_ payload: Payload) {
        guard now() >= quarantinedUntil.load(ordering: .relaxed) else { return }
        do {
            try body(payload, event)
            failures.store(0, ordering: .relaxed)
            quarantinedUntil.store(0, ordering: .relaxed)
        } catch {
            failed(error)
        }
    }
}

/// Thrown by the body of a handler whose owner was released.
struct OwnerIsGone: Error {}
