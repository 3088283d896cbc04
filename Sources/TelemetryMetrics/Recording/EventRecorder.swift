import Arena
import Telemetry

/// Records the events of one name into all metrics that are bound to it.
///
/// It is made of closures that hold closures: calling a captured closure retains nothing, while going through an array of
/// them would retain each. What is common to all payloads is in types that are not generic, so that no event asks the
/// runtime for a type.
struct EventRecorder<Payload>: Sendable {
    private typealias Step = @Sendable (Payload, inout EventOutcome) -> Void
    private typealias WriteLabels = @Sendable (Payload, inout LabelWriter) -> Void

    /// Records one event.
    let record: @Sendable (Payload) -> Void

    init(_ groups: [BoundGroup]) {
        let recordings = groups.map(Self.recording)
        guard let first = recordings.first else {
            record = { _ in }
            return
        }
        record = recordings.dropFirst().reduce(first) { before, recording in
            { payload in
                before(payload)
                recording(payload)
            }
        }
    }

    /// Records into the metrics of one table.
    private static func recording(_ group: BoundGroup) -> @Sendable (Payload) -> Void {
        let bindings = group.bindings.compactMap { $0 as? EventBinding<Payload> }
        let find = finder(series: group.families[0].series, labels: bindings[0].labels)
        let record = chain(zip(bindings, group.families).map { step($0, $1, find) })
        guard Payload.self == EventRecord.self else {
            return { payload in
                var outcome = EventOutcome()
                record(payload, &outcome)
            }
        }
        return { payload in
            var outcome = EventOutcome()
            record(payload, &outcome)
            let receipt = (payload as? EventRecord)?.receipt
            receipt?.note(counted: outcome.counted, rejection: outcome.rejection?.rawValue)
        }
    }

    private static func step(
        _ binding: EventBinding<Payload>, _ family: Family, _ find: @escaping @Sendable (Payload) -> Row?
    ) -> Step {
        let record = unfiltered(binding, family, find)
        switch binding.filter {
        case .all: return record
        case .keep(let isKept): return { if isKept($0) { record($0, &$1) } }
        case .drop(let isDropped): return { if !isDropped($0) { record($0, &$1) } }
        }
    }

    private static func unfiltered(
        _ binding: EventBinding<Payload>, _ family: Family, _ find: @escaping @Sendable (Payload) -> Row?
    ) -> Step {
        guard case .measurement(let measure) = binding.observation else {
            return { payload, outcome in
                outcome.apply(to: family, find: { find(payload) }) {
                    family.increment($0)
                    return nil
                }
            }
        }
        let factor = family.definition.conversionFactor ?? 1
        return { payload, outcome in
            guard let measured = measure(payload) else { return outcome.reject(.missingMeasurement, family) }
            // A factor of one changes no number.
            let value = measured * factor
            if let rejection = family.check(value) { return outcome.reject(rejection, family) }
            outcome.apply(to: family, find: { find(payload) }) { family.record(value, in: $0) }
        }
    }

    private static func chain(_ steps: [Step]) -> Step {
        guard let first = steps.first else { return { _, _ in } }
        return steps.dropFirst().reduce(first) { before, step in
            { payload, outcome in
                before(payload, &outcome)
                step(payload, &outcome)
            }
        }
    }

    /// Finds or makes the row of an event by its labels.
    private static func finder(
        series: SeriesTable, labels: [Label<Payload>]
    ) -> @Sendable (Payload) -> Row? {
        let write = labelWriter(labels)
        return { payload in
            LabelWriter.withText({ write(payload, &$0) }, { series.row(for: $0) })
        }
    }

    /// Writes `a="x",b="y"`.
    private static func labelWriter(_ labels: [Label<Payload>]) -> WriteLabels {
        guard let first = labels.first else { return { _, _ in } }
        let quote = UInt8(ascii: "\"")
        let start = Array("\(first.name)=\"".utf8)
        let firstWrite = first.write
        let begin: WriteLabels = { payload, writer in
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
