import Synchronization

/// Which handlers are attached to which events: the one registry of the process.
///
/// Thread-safe. Attaching and detaching publish a new list of handlers under a lock, which is never held while a handler
/// runs. Emitting takes no lock. A dispatch that began earlier goes on with the handlers that it found. A dispatch that
/// begins after `detach` returned never calls the handler. Handlers may attach, detach and emit themselves.
public final class HandlerRegistry: Sendable {
    /// The registry.
    public static let shared = HandlerRegistry()

    /// Emitted when a handler throws: `telemetry.handler.failure`.
    public static let failure = Event<HandlerFailure>(failureName)
    private static let failureName = "telemetry.handler.failure"

    let state: Mutex<RegistryState>

    init() {
        let domain = ReclamationDomain.shared
        unsafe state = Mutex(RegistryState(readers: domain.slots))
        // First of all, so that no other payload type can take its name.
        _ = slot(
            named: Self.failureName, carrying: HandlerFailure.self,
            at: SourcePlace(file: #fileID, line: #line))
    }

    /// Attaches `handler` to one event.
    ///
    /// Handlers of an event run in the order of attachment.
    /// - Throws: `handlerExists`; `badSampling`; `malformedName` where the event is inert.
    public func attach<Payload>(
        _ id: String, to event: Event<Payload>, policy: HandlerPolicy = .detach,
        sampling: Sampling = .all,
        handler: @escaping @Sendable (Payload) throws -> Void
    ) throws(TelemetryError) {
        try attachMany(id, to: [event], policy: policy, sampling: sampling) { payload, _ in
            try handler(payload)
        }
    }

    /// Attaches `handler` under one id to several events with the same payload; it is told which one it was.
    ///
    /// - Throws: `noDistinctEvents`, `handlerExists`, `badSampling`; `malformedName` where an event is inert.
    public func attachMany<Payload>(
        _ id: String, to events: [Event<Payload>], policy: HandlerPolicy = .detach,
        sampling: Sampling = .all,
        handler: @escaping @Sendable (Payload, EventName) throws -> Void
    ) throws(TelemetryError) {
        try attach(id, to: events, policy, sampling, isOrphan: nil, handler)
    }

    private func attach<Payload>(
        _ id: String, to events: [Event<Payload>], _ policy: HandlerPolicy, _ sampling: Sampling,
        isOrphan: (@Sendable () -> Bool)?, _ handler: @escaping @Sendable (Payload, EventName) throws -> Void
    ) throws(TelemetryError) {
        guard sampling.isValid else { throw .badSampling(sampling, handler: id) }
        removeOrphans(of: id)
        try change { state throws(TelemetryError) in
            try state.attach(id: id, to: events) {
                Handler(
                    id: id, event: $0, policy: policy, sampling: sampling, isOrphan: isOrphan, body: handler)
            }
        }
    }

    /// Attaches `recorder`, which never fails, to one event.
    ///
    /// - Throws: `handlerExists`; `malformedName` where the event is inert.
    package func attach<Payload>(
        _ id: String, to event: Event<Payload>,
        recorder: @escaping @Sendable (Payload) -> Void
    ) throws(TelemetryError) {
        removeOrphans(of: id)
        try change { state throws(TelemetryError) in
            try state.attach(id: id, to: [event]) { Handler(id: id, event: $0, recorder: recorder) }
        }
    }

    /// Attaches `handler` for as long as `owner` lives.
    ///
    /// It is never called after that. The next event that it would have taken detaches it, and so do `list`, `events`, and
    /// attaching a handler of the same id.
    /// - Throws: as `attach`.
    public func attach<Payload, Owner: AnyObject & Sendable>(
        _ id: String, to event: Event<Payload>, owner: Owner, policy: HandlerPolicy = .detach,
        sampling: Sampling = .all,
        handler: @escaping @Sendable (Owner, Payload) throws -> Void
    ) throws(TelemetryError) {
        try attach(id, to: [event], policy, sampling, isOrphan: { [weak owner] in owner == nil }) {
            [weak owner] payload, _ in
            guard let owner else { throw OwnerIsGone() }
            try handler(owner, payload)
        }
    }

    /// Detaches the handlers whose owners are gone, of one id or all of them.
    private func removeOrphans(of id: String? = nil) {
        // Outside the lock: asking may release the last reference to an owner, whose deinitialiser then runs here.
        for handler in state.withLock({ $0.owned(id) }) where handler.isOrphan?() == true { remove(handler) }
    }

    /// Detaches the handler from all its events.
    ///
    /// - Throws: `handlerNotFound`.
    public func detach(_ id: String) throws(TelemetryError) {
        guard change({ $0.detach(id: id) }) else { throw .handlerNotFound(id) }
    }

    /// One entry per handler and event whose name begins with the segments of `prefix`; all of them by default.
    public func list(prefix: String = "") -> [HandlerDescription] {
        removeOrphans()
        return state.withLock { $0.list(prefix: prefix) }
    }

    /// The declared events whose names begin with the segments of `prefix`, typed and untyped, in the order of their names;
    /// all of them by default.
    public func events(prefix: String = "") -> [EventDescription] {
        removeOrphans()
        return state.withLock { $0.events(prefix: prefix) }
    }

    /// What was wrong with events when they were declared.
    public var declarationErrors: [TelemetryError] {
        state.withLock { $0.declarationErrors }
    }

    /// Detaches `handler` and its siblings of the same id, unless that was done already.
    func remove(_ handler: AnyHandler) {
        _ = change { $0.detach(handler) }
    }

    func slot(named name: String, carrying type: Any.Type, at place: SourcePlace) -> SlotReference {
        state.withLock { $0.slot(named: name, carrying: type, at: place) }
    }

    /// What is wrong with the declarations of that name, if there are two that differ.
    package func mismatch(of name: EventName) -> TelemetryError? { state.withLock { $0.mismatch(of: name) } }

    func name(of slot: SlotReference) -> EventName? {
        state.withLock { $0.name(of: slot) }
    }

    /// Changes the state under the lock, then retires the replaced lists outside it: freeing them may run any deinitialiser.
    private func change<Result: Sendable, Failure: Error>(
        _ body: @Sendable (inout RegistryState) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let (result, replaced) = try state.withLock { state throws(Failure) in
            let result = try body(&state)
            return (result, state.takeReplacedLists())
        }
        for list in replaced {
            ReclamationDomain.shared.retire { list.free() }
        }
        return result
    }
}
