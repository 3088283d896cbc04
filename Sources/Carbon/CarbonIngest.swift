package import Ingest
package import Listeners

/// Counts the lines of connections into metrics; one for each receiving thread.
package struct CarbonIngest: ~Copyable, FrameConsumer {
    private var parser = CarbonParser()
    private var recorder: SampleRecorder
    private let counters: IngestCounters
    private let report: ListenerReport

    /// Records into the metrics of `registry` and counts the lines in `counters`.
    package init(
        _ registry: WireRegistry, counters: IngestCounters, report: @escaping ListenerReport = { _ in }
    ) {
        recorder = SampleRecorder(registry, counters: counters)
        self.counters = counters
        self.report = report
    }

    /// Counts one line.
    package mutating func receive(_ line: RawSpan) {
        recorder.frame { recorder in
            parser.tagsLimit = recorder.labelsLimit
            parser.parse(line, visitor: &recorder)
        }
    }

    package mutating func roundEnded(_ statistics: ListenerStatistics) {
        counters.note(statistics)
        report(statistics)
    }
}
