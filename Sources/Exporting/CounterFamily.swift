public import Telemetry
public import TelemetryMetrics

/// A counter that is counted directly, without an event: `requests.increment("/users", by: 3)`.
///
/// The values are those of its labels, in their order. What can't be counted is counted by its cause in
/// `heliograph_measurements_rejected_total`: `wrong_labels` for another number of values, `negative` for an amount below zero. For
/// more than four labels, or where even the lookup of the series is too much, hold the series that `series(_:)` gives.
/// Thread-safe; copies are the same metric.
public struct CounterFamily: Sendable {
    @usableFromInline let family: SeriesFamily

    init(_ family: SeriesFamily) { self.family = family }

    /// The series of the label values; it exists from now on and is never expired.
    ///
    /// - Throws: where the number of values is another one than that of the labels, or there is no memory.
    public func series(_ labels: String...) throws(ExporterError) -> SeriesHandle {
        try family.series(labels)
    }

    /// Removes the series of the label values; it begins anew when it is counted again.
    ///
    /// - Returns: false where there is none, or where somebody holds it.
    @discardableResult
    public func remove(_ labels: String...) -> Bool { family.remove(labels) }
}

extension CounterFamily {
    // Not parameter packs: each element of one is copied and counted, which takes longer than all else.

    /// Adds `amount`, one where nothing is said, to the series of the label values.
    @inlinable
    @inline(__always)
    public func increment(by amount: Double = 1) {
        family.add(amount, count: 0) { _ in }
    }

    /// Adds `amount`, one where nothing is said, to the series of the label values.
    @inlinable
    @inline(__always)
    public func increment(_ first: some LabelValue, by amount: Double = 1) {
        family.add(amount, count: 1) {
            $0.appendValue(first)
        }
    }

    /// Adds `amount`, one where nothing is said, to the series of the label values.
    @inlinable
    @inline(__always)
    public func increment(_ first: some LabelValue, _ second: some LabelValue, by amount: Double = 1) {
        family.add(amount, count: 2) {
            $0.appendValue(first)
            $0.appendValue(second)
        }
    }

    /// Adds `amount`, one where nothing is said, to the series of the label values.
    @inlinable
    @inline(__always)
    public func increment(
        _ first: some LabelValue, _ second: some LabelValue, _ third: some LabelValue, by amount: Double = 1
    ) {
        family.add(amount, count: 3) {
            $0.appendValue(first)
            $0.appendValue(second)
            $0.appendValue(third)
        }
    }

    /// Adds `amount`, one where nothing is said, to the series of the label values.
    @inlinable
    @inline(__always)
    public func increment(
        _ first: some LabelValue, _ second: some LabelValue, _ third: some LabelValue,
        _ fourth: some LabelValue, by amount: Double = 1
    ) {
        family.add(amount, count: 4) {
            $0.appendValue(first)
            $0.appendValue(second)
            $0.appendValue(third)
            $0.appendValue(fourth)
        }
    }
}
