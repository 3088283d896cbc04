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
