package import Arena
package import Listeners
import TelemetryMetrics

/// An ingest whose inputs a successor knows where the process ends at one; those that two processes ended at are refused.
package struct GuardedIngest<Ingest: FrameConsumer & ~Copyable>: ~Copyable, FrameConsumer {
    private var ingest: Ingest
    private let suspects: SuspectInputs
    private let counters: IngestCounters
    private let inWork: InputInWork?

    /// Guards `ingest`, whose refused inputs are counted in `counters`; `inWork` is for what does not lie in slots of a receiver.
    package init(
        _ ingest: consuming Ingest, _ suspects: SuspectInputs, counters: IngestCounters,
        inWork: InputInWork? = nil
    ) {
        self.ingest = ingest
        self.suspects = suspects
        self.counters = counters
        self.inWork = inWork
    }

    package mutating func receive(_ frame: RawSpan) {
        guard !suspects.refuses(frame) else { return counters.rejected(.poison, frame) }
        inWork?.begin(frame)
        DeadlyInput.trap(at: frame)
        ingest.receive(frame)
        inWork?.end()
        suspects.passed(frame)
    }

    package mutating func receive(_ datagram: RawSpan, inSlot slot: Int) {
        guard !suspects.refuses(datagram) else { return counters.rejected(.poison, datagram) }
        DeadlyInput.trap(at: datagram)
        ingest.receive(datagram, inSlot: slot)
        suspects.passed(datagram)
    }

    package mutating func takeReply() -> [UInt8] { ingest.takeReply() }

    package mutating func roundEnded(_ statistics: ListenerStatistics) { ingest.roundEnded(statistics) }
}
