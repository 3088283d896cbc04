/// What became of the events of one source; any thread.
///
/// Every event that is received is either counted or rejected.
package struct IngestCounters: Sendable {
    private let receivedTotal: SeriesHandle?
    private let countedTotal: SeriesHandle?
    private let rejectedTotal: Family
    private let source: String

    /// Counts the events of `source` in three metrics: two with the label of the source, one with that of the cause too.
    package init(source: String, received: Family, counted: Family, rejected: Family) {
        self.source = source
        receivedTotal = received.handle(labels: [source])
        countedTotal = counted.handle(labels: [source])
        rejectedTotal = rejected
    }

    /// An event was counted by a metric.
    package func counted() {
        receivedTotal?.increment()
        countedTotal?.increment()
    }

    /// An event was not counted.
    package func rejected(_ cause: String) {
        receivedTotal?.increment()
        rejectedTotal.add(1, labels: [source, cause])
    }
}
