import Arena
import Telemetry

/// Makes the handler that records the events of one name into all metrics that are bound to it.
///
/// It is made of closures that hold closures: calling a captured closure retains nothing, while going through an array of
/// them would retain each. They pass the payload on by its address, whatever it is, up to those that take labels and
/// measurements from it, which are compiled for its type; the rest is in `GroupRecorder`, which knows no payload.
enum EventRecorder<Payload> {
    typealias Handle = @Sendable (Payload) -> Void
    typealias WriteLabels = @Sendable (Payload, inout LabelWriter) -> Void
    typealias Step = @Sendable (Payload, inout ValueBuffer) -> Void

    static func handler(_ groups: [BoundGroup]) -> Handle {
        var handler: Handle?
        for group in groups {
            let handle = recording(group)
            guard let before = handler else {
                handler = handle
                continue
            }
            handler = { payload in
                before(payload)
                handle(payload)
            }
        }
        return handler ?? { _ in }
    }

    /// Records into the metrics of one table.
    static func recording(_ group: BoundGroup) -> Handle {
        let bindings = group.bindings.compactMap { $0 as? EventBinding<Payload> }
        let recorder = group.recorder
        let measure = measuring(bindings[...])
        let hasReceipt = Payload.self == EventRecord.self
        guard let write = labelWriter(bindings.first?.labels ?? [], starts: recorder.labelStarts) else {
            return { payload in
                let outcome = recorder.record { measure(payload, &$0) }
                if hasReceipt, let record = payload as? EventRecord { outcome.note(in: record) }
            }
        }
        return { payload in
            let outcome = recorder.record {
                measure(payload, &$0)
            } labels: {
                write(payload, &$0)
            }
            if hasReceipt, let record = payload as? EventRecord { outcome.note(in: record) }
        }
    }

    /// Measures what all metrics do, in their order; up to four of them in one closure.
    static func measuring(_ bindings: ArraySlice<EventBinding<Payload>>) -> Step {
        let start = bindings.startIndex
        let first = bindings[start].step
        guard bindings.count > 1 else { return first }
        let second = bindings[start + 1].step
        guard bindings.count > 2 else {
            return { payload, values in
                first(payload, &values)
                second(payload, &values)
            }
        }
        let third = bindings[start + 2].step
        guard bindings.count > 3 else {
            return { payload, values in
                first(payload, &values)
                second(payload, &values)
                third(payload, &values)
            }
        }
        let others = measuring(bindings.dropFirst(3))
        return { payload, values in
            first(payload, &values)
            second(payload, &values)
            third(payload, &values)
            others(payload, &values)
        }
    }

    /// Writes `a="x",b="y"`; nil for no labels.
    static func labelWriter(_ labels: [Label<Payload>], starts: [LabelStart]) -> WriteLabels? {
        guard let end = starts.last else { return nil }
        return writing(labels[...], starts[...], end: end)
    }

    /// Writes labels, two in one closure, and what stands behind the last one.
    static func writing(
        _ labels: ArraySlice<Label<Payload>>, _ starts: ArraySlice<LabelStart>, end: LabelStart
    ) -> WriteLabels {
        guard let first = labels.first, let start = starts.first else {
            return { _, writer in end.write(to: &writer) }
        }
        let write = first.write
        guard let second = labels.dropFirst().first, let next = starts.dropFirst().first else {
            return { payload, writer in
                start.write(to: &writer)
                write(payload, &writer)
                end.write(to: &writer)
            }
        }
        let writeSecond = second.write
        let others = writing(labels.dropFirst(2), starts.dropFirst(2), end: end)
        return { payload, writer in
            start.write(to: &writer)
            write(payload, &writer)
            next.write(to: &writer)
            writeSecond(payload, &writer)
            others(payload, &writer)
        }
    }
}
