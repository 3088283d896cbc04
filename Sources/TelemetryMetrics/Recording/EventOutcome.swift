import Telemetry

/// What became of one event in the metrics of one table.
struct EventOutcome {
    /// The metrics that counted the event, as bits of their columns.
    var counted: UInt64 = 0
    /// Why the first metric that didn't count the event didn't.
    private(set) var rejection: Rejection?

    /// Counts a rejection.
    mutating func reject(_ rejection: Rejection, _ family: Family) {
        family.rejections.add(rejection)
        if self.rejection == nil { self.rejection = rejection }
    }

    /// Tells whoever sent the record.
    func note(in record: EventRecord) {
        record.receipt?.note(counted: counted.nonzeroBitCount, rejection: rejection?.rawValue)
    }
}
