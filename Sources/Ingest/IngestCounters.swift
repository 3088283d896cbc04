package import Listeners
import Synchronization
package import TelemetryMetrics

/// What became of the events of one source; any thread.
///
/// Every event that is received is either counted or rejected.
package struct IngestCounters: Sendable {
    private let receivedTotal: SeriesHandle?
    private let countedTotal: SeriesHandle?
    private let rejectedTotal: Family
    private let droppedTagsTotal: Family?
    private let source: String
    private let causes: SeenCauses
    private let lines: RejectedLines?

    /// Counts the events of `source` in three metrics: two with the label of the source, one with that of the cause too.
    ///
    /// `droppedTags` has the labels of `rejected`, for sources that have tags. `firstRejection` is called with every cause once, in
    /// the thread of the event; `lines` keeps some of what was refused.
    package init(
        source: String, received: Family, counted: Family, rejected: Family,
        droppedTags: Family? = nil, lines: RejectedLines? = nil,
        firstRejection: @escaping @Sendable (RejectionCause) -> Void = { _ in }
    ) {
        self.source = source
        self.lines = lines
        causes = SeenCauses(whenNew: firstRejection)
        receivedTotal = received.handle(labels: [source])
        countedTotal = counted.handle(labels: [source])
        rejectedTotal = rejected
        droppedTagsTotal = droppedTags
    }

    /// An event was counted by a metric.
    package func counted() {
        receivedTotal?.increment()
        countedTotal?.increment()
    }

    /// An event was not counted.
    package func rejected(_ cause: RejectionCause) {
        receivedTotal?.increment()
        rejectedTotal.add(1, labels: [source, cause.rawValue])
        causes.note(cause)
    }

    /// Tags of a counted event became no labels.
    package func dropped(_ tags: DroppedTags) {
        for (cause, count) in [("bare", tags.bare), ("nameless", tags.nameless)] where count > 0 {
            droppedTagsTotal?.add(UInt64(count), labels: [source, cause])
        }
    }

    /// The event of the line that begins at `start` in `frame` was not counted.
    package func rejected(_ cause: RejectionCause, _ frame: RawSpan, from start: Int = 0) {
        rejected(cause)
        lines?.note(cause, frame, from: start)
    }
}

extension IngestCounters {
    /// Counts the lines that a listener could not hand out.
    package func note(_ statistics: ListenerStatistics) {
        for _ in 0..<statistics.tooLong { rejected(.lineTooLong) }
        for _ in 0..<statistics.unfinished { rejected(.unfinished) }
    }
}

/// The causes seen so far, so that each is reported once.
private final class SeenCauses: Sendable {
    private let seen = Mutex<Set<RejectionCause>>([])
    private let whenNew: @Sendable (RejectionCause) -> Void

    init(whenNew: @escaping @Sendable (RejectionCause) -> Void) { self.whenNew = whenNew }

    func note(_ cause: RejectionCause) {
        if seen.withLock({ $0.insert(cause).inserted }) { whenNew(cause) }
    }
}
