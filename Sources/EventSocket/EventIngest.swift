import Arena
import Bytes
package import Ingest
package import Listeners
import TelemetryMetrics

/// Records the events of lines into the metrics that are defined for them; one for each receiving thread.
package struct EventIngest: ~Copyable, FrameConsumer {
    private let parser = EventLineParser()
    private var event = WireEvent()
    private let metrics: EventMetrics
    private let counters: IngestCounters
    private let report: ListenerReport
    private let progress: ClientProgress
    private var acknowledgements = Acknowledgements()

    /// Records into `metrics`, and counts all lines in `counters`; `progress` says which came before.
    package init(
        _ metrics: EventMetrics, counters: IngestCounters, progress: ClientProgress,
        report: @escaping ListenerReport = { _ in }
    ) {
        self.metrics = metrics
        self.counters = counters
        self.report = report
        self.progress = progress
    }

    /// Counts one line.
    package mutating func receive(_ line: RawSpan) {
        do throws(EventLineError) {
            try parser.parse(line, into: &event)
        } catch {
            guard let id = event.id, !Self.mayBeCut(line, error) else {
                return counters.rejected(error.cause, line)
            }
            return receive(line, id) { _, _, _, _ in error.cause }
        }
        if let id = event.id {
            return receive(line, id) { metrics, event, log, done in
                guard let log else { return metrics.record(event) }
                return metrics.record(event, by: log, after: done)
            }
        }
        if let cause = metrics.record(event) { counters.rejected(cause, line) } else { counters.counted() }
    }

    /// Whether the line may be the beginning of a longer one, whose connection ended: its client sends it again.
    ///
    /// What ends in a brace is either whole or lacks something.
    private static func mayBeCut(_ line: RawSpan, _ error: EventLineError) -> Bool {
        error.cause == .unexpectedEnd || line.byteCount == 0 || line[byte: line.byteCount - 1] != .closeBrace
    }

    /// Counts a line with an id, once.
    private mutating func receive(
        _ line: RawSpan, _ id: WireEvent.ID,
        _ record: (EventMetrics, borrowing WireEvent, RedoLog?, Int) -> RejectionCause?
    ) {
        let (outcome, last) = progress.take(id) { record(metrics, event, $0, $1) }
        switch outcome {
        case .taken(nil): counters.counted()
        case .taken(let cause?): counters.rejected(cause, line)
        case .duplicate: counters.rejected(.duplicate, line)
        }
        var rejection: RejectionCause?
        if case .taken(let cause) = outcome { rejection = cause }
        acknowledgements.note(id.client, upTo: last, rejected: rejection)
    }

    package mutating func takeReply() -> [UInt8] { acknowledgements.take() }

    package mutating func roundEnded(_ statistics: ListenerStatistics) {
        counters.note(statistics)
        report(statistics)
    }
}
