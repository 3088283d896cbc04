import Arena
import Telemetry

/// Records the events of one name into all metrics that are bound to it.
///
/// It is generic and not specialised: it passes the payload by address down to the closures that take labels and
/// measurements from it. Those were compiled for the payload's type. The rest is in `GroupRecorder`, which knows no payload.
/// See docs/decisions/0006-recording-without-references.md.
final class EventRecorder<Payload>: Sendable {
    private let groups: ObjectList<GroupSteps<Payload>>

    init(_ groups: [BoundGroup]) {
        self.groups = ObjectList(groups.map { GroupSteps($0) })
    }

    func record(_ payload: Payload) {
        groups.forEach { $0.record(payload) }
    }
}

/// Records events into the metrics of one table.
private final class GroupSteps<Payload>: Sendable {
    private let recorder: GroupRecorder
    private let measurements: ObjectList<MeasurementStep<Payload>>
    private let labels: ObjectList<LabelStep<Payload>>

    init(_ group: BoundGroup) {
        let bindings = group.bindings.compactMap { $0 as? EventBinding<Payload> }
        recorder = group.recorder
        measurements = ObjectList(bindings.map { MeasurementStep($0.step) })
        let labels = bindings.first?.labels ?? []
        self.labels = ObjectList(labels.map { LabelStep($0.write) })
    }

    func record(_ payload: Payload) {
        var values = ValueBuffer()
        measurements.forEach { $0.measure(payload, &values) }
        _ = record(&values, of: payload)
    }

    @inline(__always)
    private func record(_ values: inout ValueBuffer, of payload: Payload) -> EventOutcome {
        guard labels.count > 0 else { return recorder.record(&values) }
        return LabelWriter.withValues { writer in
            labels.forEach { label in label.write(payload, &writer) }
        } _: {
            recorder.record(&values, labels: $0)
        }
    }

}

/// What one metric measures.
private final class MeasurementStep<Payload>: Sendable {
    let measure: EventBinding<Payload>.Step

    init(_ measure: @escaping EventBinding<Payload>.Step) { self.measure = measure }
}

/// What the value of one label is.
private final class LabelStep<Payload>: Sendable {
    let write: @Sendable (Payload, inout LabelWriter) -> Void

    init(_ write: @escaping @Sendable (Payload, inout LabelWriter) -> Void) { self.write = write }
}
