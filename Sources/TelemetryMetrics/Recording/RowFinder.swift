import Arena
import Telemetry

/// The row of one event in one table, looked up when the first metric needs it, and what became of the event.
struct RowFinder<Payload>: ~Copyable {
    private let series: SeriesTable
    private let writeLabels: @Sendable (Payload, inout LabelWriter) -> Void
    private var row: Row?
    /// How many metrics counted the event.
    private(set) var counted = 0
    /// Why the first metric that didn't count the event didn't.
    private(set) var rejection: Rejection?

    init(series: SeriesTable, writeLabels: @escaping @Sendable (Payload, inout LabelWriter) -> Void) {
        self.series = series
        self.writeLabels = writeLabels
    }

    /// Records `value` for `family`; again, where the row was removed meanwhile.
    mutating func record(_ value: Double?, of payload: Payload, for family: Family) {
        guard let value else { return reject(.missingMeasurement, family) }
        if let rejection = family.check(value) { return reject(rejection, family) }
        apply(of: payload, for: family) { family.record(value, in: $0) }
    }

    /// Counts the event for `family`.
    mutating func increment(of payload: Payload, for family: Family) {
        apply(of: payload, for: family) {
            family.increment($0)
            return nil
        }
    }

    private mutating func apply(of payload: Payload, for family: Family, _ update: (Row) -> Rejection?) {
        while true {
            guard let row = row ?? find(payload) else { return reject(.storeFull, family) }
            if let rejection = update(row) { return reject(rejection, family) }
            if row.touch() {
                counted += 1
                return
            }
            self.row = nil
        }
    }

    private mutating func find(_ payload: Payload) -> Row? {
        row = LabelWriter.withText({ writeLabels(payload, &$0) }, { text in series.row(for: text) })
        return row
    }

    private mutating func reject(_ rejection: Rejection, _ family: Family) {
        family.rejections.add(rejection)
        if self.rejection == nil { self.rejection = rejection }
    }
}
