package import Ingest
package import Listeners

/// Records the events of lines into the metrics that are defined for them; one for each receiving thread.
package struct EventIngest: ~Copyable, FrameConsumer {
    private let parser = EventLineParser()
    private var event = WireEvent()
    private let metrics: EventMetrics
    private let counters: IngestCounters
    private let report: ListenerReport

    /// Records into `metrics`, and counts all lines in `counters`.
    package init(
        _ metrics: EventMetrics, counters: IngestCounters, report: @escaping ListenerReport = { _ in }
    ) {
        self.metrics = metrics
        self.counters = counters
        self.report = report
    }

    /// Counts one line.
    package mutating func receive(_ line: RawSpan) {
        do throws(EventLineError) {
            try parser.parse(line, into: &event)
        } catch {
            return counters.rejected(error.cause, line)
        }
        if let cause = metrics.record(event) { counters.rejected(cause, line) } else { counters.counted() }
    }

    package mutating func roundEnded(_ statistics: ListenerStatistics) {
        counters.note(statistics)
        report(statistics)
    }
}
