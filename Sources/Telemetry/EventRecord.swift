import Synchronization

/// The payload of an untyped event: what arrives over a wire, or is emitted by name.
public struct EventRecord: Sendable {
    /// Numbers by name, such as `duration`.
    public var measurements: [String: Double]
    /// Texts by name, such as `route`.
    public var metadata: [String: String]

    /// Told what became of the record, where it came over a wire.
    package var receipt: DispatchOutcome?

    /// Makes a record.
    public init(measurements: [String: Double] = [:], metadata: [String: String] = [:]) {
        self.measurements = measurements
        self.metadata = metadata
    }
}

extension EventRecord: Equatable {
    /// Whether measurements and metadata are the same.
    public static func == (left: EventRecord, right: EventRecord) -> Bool {
        left.measurements == right.measurements && left.metadata == right.metadata
    }
}

/// What the metrics made of one event: for the thread that emits it, which reads it after the emit.
package final class DispatchOutcome: Sendable {
    private let countedBy = Atomic<Int>(0)
    private let rejection = Atomic<Int>(-1)

    /// A receipt of an event that nobody counted yet.
    package init() {}

    /// How many metrics counted the event.
    package var counted: Int { countedBy.load(ordering: .relaxed) }

    /// The code of the first rejection, nil for none.
    package var firstRejection: Int? {
        let code = rejection.load(ordering: .relaxed)
        return code < 0 ? nil : code
    }

    /// Notes what a group of metrics made of the event.
    package func note(counted: Int, rejection code: Int?) {
        countedBy.wrappingAdd(counted, ordering: .relaxed)
        guard let code else { return }
        _ = rejection.compareExchange(expected: -1, desired: code, ordering: .relaxed)
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
