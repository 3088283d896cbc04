import Synchronization

/// The payload of an untyped event: what arrives over a wire, or is emitted by name.
public struct EventRecord: Sendable, Equatable {
    /// Numbers by name, such as `duration`.
    public var measurements: [String: Double]
    /// Texts by name, such as `route`.
    public var metadata: [String: String]

    /// Makes a record.
    public init(measurements: [String: Double] = [:], metadata: [String: String] = [:]) {
        self.measurements = measurements
        self.metadata = metadata
    }
}

extension HandlerRegistry {
    /// Emits the untyped event `name`, as `:telemetry.execute` does.
    ///
    /// It takes the registry's lock to find the event; code that emits often holds an `Event<EventRecord>`. Nothing
    /// happens where no such event was declared, or where it was declared with another payload.
    public func execute(
        _ name: EventName, measurements: [String: Double], metadata: [String: String] = [:]
    ) {
        let event = state.withLock { $0.event(named: name, carrying: EventRecord.self) }
        event?.emit(EventRecord(measurements: measurements, metadata: metadata))
    }
}
