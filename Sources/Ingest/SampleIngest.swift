package import Arena
package import Listeners

/// Takes the frames of one protocol apart.
package protocol SampleParser: Sendable {
    /// Labels of one sample, at most.
    var labelsLimit: Int { get set }
    /// Has `recorder` record the samples of `frame`, whatever bytes it holds.
    ///
    /// Of the concrete type, so that the parser is compiled for it.
    mutating func parse(_ frame: RawSpan, into recorder: inout SampleRecorder)
}

/// Counts the samples of frames into metrics, whatever the protocol; one for each receiving thread.
package struct SampleIngest<Parser: SampleParser>: ~Copyable, FrameConsumer {
    private var parser: Parser
    private var recorder: SampleRecorder
    private let counters: IngestCounters
    private let report: ListenerReport

    /// Records into the metrics of `registry` and counts the lines in `counters`; what lies in `receiver` is applied exactly once.
    package init(
        _ parser: Parser, _ registry: WireRegistry, counters: IngestCounters, receiver: Receiver? = nil,
        report: @escaping ListenerReport = { _ in }
    ) {
        self.parser = parser
        recorder = SampleRecorder(registry, counters: counters, receiver: receiver)
        self.counters = counters
        self.report = report
    }

    /// Counts what `frame` holds.
    package mutating func receive(_ frame: RawSpan) {
        recorder.frame { recorder in
            parser.labelsLimit = recorder.labelsLimit
            parser.parse(frame, into: &recorder)
        }
    }

    package mutating func receive(_ datagram: RawSpan, inSlot slot: Int) {
        recorder.begin(slot: slot)
        receive(datagram)
    }

    package mutating func roundEnded(_ statistics: ListenerStatistics) {
        recorder.roundEnded()
        counters.note(statistics)
        report(statistics)
    }
}
