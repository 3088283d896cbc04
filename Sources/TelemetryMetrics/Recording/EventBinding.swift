public import Synchronization
public import Telemetry

/// How a metric takes part in an event, without the event's payload type.
@usableFromInline
protocol MetricBinding: Sendable {
    var eventName: EventName? { get }
    /// Metrics of one event with equal identities share their rows.
    var labelIdentities: [UInt64] { get }
    /// The names of the labels that its values come with.
    var labelNames: [String] { get }
    /// What its values are in where their type says so.
    var unit: MetricUnit? { get }
    /// Attaches one handler for all metrics of one event; the groups' bindings are of this binding's type.
    ///
    /// It leaves out events for which `isTaken`, where there is one, is false.
    func attach(
        _ groups: [BoundGroup], id: String, where isTaken: (@Sendable () -> Bool)?
    ) throws(TelemetryError)
}

/// Metrics that share a table, with their bindings, in the same order.
@usableFromInline
struct BoundGroup: Sendable {
    let bindings: [any MetricBinding]
    let recorder: GroupRecorder
    let families: [Family]

    init(bindings: [any MetricBinding], families: [Family]) {
        self.bindings = bindings
        self.families = families
        recorder = GroupRecorder(families)
    }
}

/// Which events a metric records; it sees the whole payload, before labels are taken from it.
///
/// A filter that throws switches its metric off.
public enum EventFilter<Payload>: Sendable {
    /// Every event.
    case all
    /// Those for which the function is true.
    case keep(@Sendable (Payload) throws -> Bool)
    /// Those for which the function is false.
    case drop(@Sendable (Payload) throws -> Bool)
}

/// How a metric takes part in an event of `Payload`.
///
/// Its closure is made where the payload's type is known, so that it is compiled for it.
@usableFromInline
struct EventBinding<Payload>: MetricBinding {
    /// Puts what the metric measures of an event behind what the metrics before it measured.
    @usableFromInline typealias Step = @Sendable (Payload, inout ValueBuffer) -> Void

    let event: Event<Payload>
    let labels: [Label<Payload>]
    @usableFromInline let unit: MetricUnit?
    let step: Step

    /// Counts occurrences.
    @inlinable
    @inline(__always)
    init(
        _ metric: String, event: Event<Payload>, labels: [Label<Payload>], filter: EventFilter<Payload>
    ) {
        self.init(
            event: event, labels: labels, unit: nil,
            step: Self.filtered(filter, MetricHealth(metric: metric, event: event.name)) { $1.append(1) })
    }

    /// Takes a measurement; a metric whose measurement throws is switched off.
    @inlinable
    @inline(__always)
    init<Value: MeasurementValue>(
        _ metric: String, event: Event<Payload>, labels: [Label<Payload>], filter: EventFilter<Payload>,
        measuring measurement: @escaping @Sendable (Payload) throws -> Value
    ) {
        let health = MetricHealth(metric: metric, event: event.name)
        let step: Step = { payload, values in
            guard !health.hasFailed.load(ordering: .relaxed) else {
                return values.append(NoMeasurement.failed.value)
            }
            do {
                values.append(try measurement(payload).measurement ?? NoMeasurement.missing.value)
            } catch {
                health.fail(error)
                values.append(NoMeasurement.failed.value)
            }
        }
        self.init(
            event: event, labels: labels, unit: Value.unit, step: Self.filtered(filter, health, step))
    }

    @usableFromInline
    init(event: Event<Payload>, labels: [Label<Payload>], unit: MetricUnit?, step: @escaping Step) {
        self.event = event
        self.labels = labels
        self.unit = unit
        self.step = step
    }

    @inlinable
    static func filtered(
        _ filter: EventFilter<Payload>, _ health: MetricHealth, _ step: @escaping Step
    ) -> Step {
        let isKept: @Sendable (Payload) throws -> Bool
        switch filter {
        case .all: return step
        case .keep(let keeps): isKept = keeps
        case .drop(let drops): isKept = { try !drops($0) }
        }
        return { payload, values in
            guard !health.hasFailed.load(ordering: .relaxed) else {
                return values.append(NoMeasurement.failed.value)
            }
            do {
                guard try isKept(payload) else { return values.append(NoMeasurement.skipped.value) }
            } catch {
                health.fail(error)
                return values.append(NoMeasurement.failed.value)
            }
            step(payload, &values)
        }
    }

    @usableFromInline var eventName: EventName? { event.name }
    @usableFromInline var labelIdentities: [UInt64] { labels.map(\.identity) }
    @usableFromInline var labelNames: [String] { labels.map(\.name) }

    @usableFromInline
    func attach(
        _ groups: [BoundGroup], id: String, where isTaken: (@Sendable () -> Bool)?
    ) throws(TelemetryError) {
        let recorder = EventRecorder<Payload>(groups)
        guard let isTaken else {
            return try HandlerRegistry.shared.attach(id, to: event, recorder: { recorder.record($0) })
        }
        try HandlerRegistry.shared.attach(id, to: event, recorder: { if isTaken() { recorder.record($0) } })
    }
}
