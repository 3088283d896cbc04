import Arena
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
        try HandlerRegistry.shared.attach(id, to: event, policy: .keep) { recorder.record($0) }
    }
}

/// Records the events of one name into all metrics that are bound to it.
final class EventRecorder<Payload>: Sendable {
    typealias Step = @Sendable (Payload, inout RowFinder<Payload>) -> Void

    private struct Group {
        let series: SeriesTable
        let writeLabels: @Sendable (Payload, inout LabelWriter) -> Void
        let record: Step
    }

    private let groups: [Group]
    private let takesReceipts = Payload.self == EventRecord.self

    init(_ groups: [BoundGroup]) {
        self.groups = groups.map { group in
            let bindings = group.bindings.compactMap { $0 as? EventBinding<Payload> }
            let steps = zip(bindings, group.families).map(Self.step)
            return Group(
                series: group.families[0].series,
                writeLabels: Self.labelWriter(bindings[0].labels),
                record: Self.chain(steps))
        }
    }

    func record(_ payload: Payload) {
        for group in groups {
            var finder = RowFinder(series: group.series, writeLabels: group.writeLabels)
            group.record(payload, &finder)
            if takesReceipts, let receipt = (payload as? EventRecord)?.receipt {
                receipt.note(counted: finder.counted, rejection: finder.rejection?.rawValue)
            }
        }
    }

    private static func step(_ binding: EventBinding<Payload>, _ family: Family) -> Step {
        let record: Step =
            switch binding.observation {
            case .occurrence:
                { payload, finder in finder.increment(of: payload, for: family) }
            case .measurement(let measure):
                if let factor = family.definition.conversionFactor, factor != 1 {
                    { payload, finder in
                        let value = measure(payload).map { $0 * factor }
                        finder.record(value, of: payload, for: family)
                    }
                } else {
                    { payload, finder in finder.record(measure(payload), of: payload, for: family) }
                }
            }
        switch binding.filter {
        case .all: return record
        case .keep(let isKept): return { if isKept($0) { record($0, &$1) } }
        case .drop(let isDropped): return { if !isDropped($0) { record($0, &$1) } }
        }
    }

    /// One closure that calls all; captured closures are called without being retained, elements of an array are not.
    private static func chain(_ steps: [Step]) -> Step {
        guard let first = steps.first else { return { _, _ in } }
        return steps.dropFirst().reduce(first) { before, step in
            { payload, finder in
                before(payload, &finder)
                step(payload, &finder)
            }
        }
    }

    /// Writes `a="x",b="y"`.
    private static func labelWriter(
        _ labels: [Label<Payload>]
    ) -> @Sendable (Payload, inout LabelWriter) -> Void {
        guard let first = labels.first else { return { _, _ in } }
        let quote = UInt8(ascii: "\"")
        let start = Array("\(first.name)=\"".utf8)
        let firstWrite = first.write
        let begin: @Sendable (Payload, inout LabelWriter) -> Void = { payload, writer in
            writer.append(raw: start)
            firstWrite(payload, &writer)
            writer.append(raw: quote)
        }
        return labels.dropFirst().reduce(begin) { before, label in
            let name = Array(",\(label.name)=\"".utf8)
            let write = label.write
            return { payload, writer in
                before(payload, &writer)
                writer.append(raw: name)
                write(payload, &writer)
                writer.append(raw: quote)
            }
        }
    }
}
