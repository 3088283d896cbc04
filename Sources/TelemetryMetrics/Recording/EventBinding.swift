import Telemetry

/// How a metric takes part in an event, without the event's payload type.
protocol MetricBinding: Sendable {
    var eventName: EventName? { get }
    /// Metrics of one event with equal identities share their rows.
    var labelIdentities: [UInt64] { get }
    /// Attaches one handler for all metrics of one event; the groups' bindings are of this binding's type.
    func attach(_ groups: [BoundGroup], id: String) throws(TelemetryError)
}

/// Metrics that share a table, with their bindings, in the same order.
struct BoundGroup: Sendable {
    let bindings: [any MetricBinding]
    let families: [Family]
}

/// Which events a metric records; it sees the whole payload, before labels are taken from it.
public enum EventFilter<Payload>: Sendable {
    /// Every event.
    case all
    /// Those for which the function is true.
    case keep(@Sendable (Payload) -> Bool)
    /// Those for which the function is false.
    case drop(@Sendable (Payload) -> Bool)
}

/// How a metric takes part in an event of `Payload`.
struct EventBinding<Payload>: MetricBinding {
    /// What is recorded.
    enum Observation: Sendable {
        case occurrence
        case measurement(@Sendable (Payload) -> Double?)
    }

    let event: Event<Payload>
    let labels: [Label<Payload>]
    let observation: Observation
    let filter: EventFilter<Payload>

    var eventName: EventName? { event.name }
    var labelIdentities: [UInt64] { labels.map(\.identity) }

    func attach(_ groups: [BoundGroup], id: String) throws(TelemetryError) {
        let recorder = EventRecorder<Payload>(groups)
        try HandlerRegistry.shared.attach(id, to: event, policy: .keep, handler: recorder.record)
    }
}
