import Synchronization

/// One declared event, as `HandlerRegistry.events` gives it.
public struct EventDescription: Sendable, Equatable {
    /// Its name.
    public let name: EventName
    /// The type of its payload with its module, such as `Telemetry.EventRecord` for an untyped event.
    public let payload: String
    /// How many handlers are attached.
    public let handlerCount: Int

    /// Whether any handler is attached.
    public var isObserved: Bool { handlerCount > 0 }
}

/// One attachment, as `HandlerRegistry.list` gives it.
public struct HandlerDescription: Sendable, Equatable {
    /// The id of the handler.
    public let id: String
    /// The event it handles.
    public let event: EventName
    /// What happens when it throws.
    public let policy: HandlerPolicy
    /// Which dispatches it is called for.
    public let sampling: Sampling
    /// How often it has thrown since it last handled the event without throwing.
    public let consecutiveFailures: Int

    init(_ handler: AnyHandler) {
        id = handler.id
        event = handler.event
        policy = handler.policy
        sampling = handler.sampling
        consecutiveFailures = handler.failures.load(ordering: .relaxed)
    }
}
