import Arena

/// What became of one event in the metrics of one table, while they record it.
struct EventOutcome: ~Copyable {
    /// The event's row, once a metric needed it.
    var row: Row?
    /// How many metrics counted the event.
    private(set) var counted = 0
    /// Why the first metric that didn't count the event didn't.
    private(set) var rejection: Rejection?

    /// Updates the row for one metric; in another row, where this one was removed meanwhile.
    ///
    /// `find` gives the event's row, nil where there is no memory; `update` says why it could not.
    @inline(__always)
    mutating func apply(to family: Family, find: () -> Row?, update: (Row) -> Rejection?) {
        while true {
            guard let row = row ?? find() else { return reject(.storeFull, family) }
            self.row = row
            if let rejection = update(row) { return reject(rejection, family) }
            if row.touch() {
                counted += 1
                return
            }
            self.row = nil
        }
    }

    /// Counts a rejection.
    mutating func reject(_ rejection: Rejection, _ family: Family) {
        family.rejections.add(rejection)
        if self.rejection == nil { self.rejection = rejection }
    }
}
