import Arena
import Bytes
import Telemetry
import TelemetryMetrics

/// Records events into the metrics of one event that share a table: a row is found once for all of them.
struct EventGroup: Sendable {
    private let recorder: GroupRecorder
    private let lanes: [Lane]
    /// The names of the metadata that are the labels' values, in the order of the table.
    private let labels: [[UInt8]]

    /// What one metric takes of an event.
    private struct Lane: Sendable {
        let measurement: [UInt8]?
        let filter: EventMetric.Filter

        func value(of event: borrowing WireEvent) -> Double {
            guard filter.takes(event) else { return NoMeasurement.skipped.value }
            guard let measurement else { return 1 }
            return event.measurement(named: measurement) ?? NoMeasurement.missing.value
        }
    }

    /// The metrics with the families they fill, all of one table.
    init(_ metrics: [(metric: EventMetric, family: Family)]) {
        recorder = GroupRecorder(metrics.map(\.family))
        lanes = metrics.map {
            Lane(measurement: $0.metric.measurement.map { Array($0.utf8) }, filter: $0.metric.filter)
        }
        labels = metrics[0].family.definition.labels.map { Array($0.utf8) }
    }

    /// Records one event; for callers inside the reclamation domain.
    func record(_ event: borrowing WireEvent) -> EventOutcome {
        var values = ValueBuffer()
        for lane in lanes { values.append(lane.value(of: event)) }
        guard !labels.isEmpty else { return recorder.record(&values) }
        return withLabels(of: event) { recorder.record(&values, labels: $0) }
    }

    /// The same, with `log` as the way of writing, and marked there as `step`.
    func record(_ event: borrowing WireEvent, as step: UInt64, by log: RedoLog) -> EventOutcome {
        var values = ValueBuffer()
        for lane in lanes { values.append(lane.value(of: event)) }
        let outcome = withLabels(of: event) { recorder.record(&values, labels: $0, as: step, by: log) }
        log.mark(step)
        return outcome
    }

    private func withLabels(
        of event: borrowing WireEvent, _ body: (borrowing RawSpan) -> EventOutcome
    ) -> EventOutcome {
        event.text.withBytes(in: event.text.indices) { text in
            LabelWriter.withValues { writer in
                for label in labels {
                    let value = event.metadata(named: label)
                    writer.appendValue { if let value { $0.append(text.extracting(value)) } }
                }
            } _: {
                body($0)
            }
        }
    }
}
