import Linux
package import Listeners
import Telemetry
package import TelemetryMetrics

/// Emits the events of lines for the metrics that are attached to them; one for each receiving thread.
package struct EventIngest: ~Copyable, FrameConsumer {
    /// Told of connections after each round.
    package typealias Report = @Sendable (ListenerStatistics) -> Void

    private let parser = EventLineParser()
    private var parsed = ParsedEvent()
    private let events: WireEventMetrics
    private let counters: IngestCounters
    private let report: Report

    /// Emits the events that `events` holds, and counts all lines in `counters`.
    package init(events: WireEventMetrics, counters: IngestCounters, report: @escaping Report = { _ in }) {
        self.events = events
        self.counters = counters
        self.report = report
    }

    /// Counts one line.
    package mutating func receive(_ line: RawSpan) {
        do throws(EventLineError) {
            try parser.parse(line, into: &parsed)
        } catch {
            return counters.rejected(error.cause.rawValue)
        }
        guard let event = events.event(named: parsed.string(parsed.name)) else {
            return counters.rejected("unknown_event")
        }
        let receipt = DispatchOutcome()
        var record = record()
        record.receipt = receipt
        Self.execute(record, event)
        if receipt.counted > 0 {
            counters.counted()
        } else {
            let rejection = receipt.firstRejection.flatMap(Rejection.init)
            counters.rejected(rejection?.cause ?? "filtered")
        }
    }

    /// Passes on what happened to connections; lines that no parser could take count as events too.
    package mutating func roundEnded(_ statistics: ListenerStatistics) {
        for _ in 0..<statistics.tooLong { counters.rejected("line_too_long") }
        for _ in 0..<statistics.unfinished { counters.rejected("unfinished") }
        report(statistics)
    }

    /// A record that names its trace can become an exemplar.
    private static func execute(_ record: EventRecord, _ event: Event<EventRecord>) {
        guard let header = record.metadata["traceparent"], let trace = try? TraceContext(traceparent: header)
        else { return event.execute(record) }
        TraceContext.withCurrent(trace) { event.execute(record) }
    }

    private func record() -> EventRecord {
        var record = EventRecord()
        for measurement in parsed.measurements {
            let name = parsed.string(measurement.name)
            switch measurement.value {
            case .integer(let value): record.measurements[name] = Double(value)
            case .double(let value): record.measurements[name] = value
            }
        }
        for metadata in parsed.metadata {
            record.metadata[parsed.string(metadata.name)] = parsed.string(metadata.value)
        }
        return record
    }
}
