/// What became of one event in the metrics of one table.
package struct EventOutcome {
    /// The metrics that counted the event, as bits of their layouts.
    package var counted: UInt64 = 0
    /// Why the first metric that didn't count the event didn't.
    package private(set) var rejection: Rejection?

    mutating func reject(_ rejection: Rejection, _ family: Family) {
        family.rejections.add(rejection)
        if self.rejection == nil { self.rejection = rejection }
    }
}
