public import Telemetry
public import TelemetryMetrics

/// A gauge that is set directly, without an event: `depth.set(3, "mail")`, `depth.adjust("mail", by: -1)`.
///
/// The values behind the number are those of its labels, in their order. What can't be recorded is counted by its cause in
/// `heliograph_measurements_rejected_total`. For more than four labels, or where even the lookup of the series is too much, hold the
/// series that `series(_:)` gives. Thread-safe; copies are the same metric.
public struct GaugeFamily: Sendable {
    @usableFromInline let family: SeriesFamily

    init(_ family: SeriesFamily) { self.family = family }

    /// The series of the label values; it exists from now on and is never expired.
    ///
    /// - Throws: where the number of values is another one than that of the labels, or there is no memory.
    public func series(_ labels: String...) throws(ExporterError) -> SeriesHandle {
        try family.series(labels)
    }

    /// Removes the series of the label values; it begins anew when it is set again.
    ///
    /// - Returns: false where there is none, or where somebody holds it.
    @discardableResult
    public func remove(_ labels: String...) -> Bool { family.remove(labels) }
}

extension GaugeFamily {
    /// Sets the series of the label values.
    @inlinable
    @inline(__always)
    public func set(_ value: some MeasurementValue) {
        family.record(value, count: 0) { _ in }
    }

    /// Sets the series of the label values.
    @inlinable
    @inline(__always)
    public func set(_ value: some MeasurementValue, _ first: some LabelValue) {
        family.record(value, count: 1) {
            $0.appendValue(first)
        }
    }

    /// Sets the series of the label values.
    @inlinable
    @inline(__always)
    public func set(_ value: some MeasurementValue, _ first: some LabelValue, _ second: some LabelValue) {
        family.record(value, count: 2) {
            $0.appendValue(first)
            $0.appendValue(second)
        }
    }

    /// Sets the series of the label values.
    @inlinable
    @inline(__always)
    public func set(
        _ value: some MeasurementValue, _ first: some LabelValue, _ second: some LabelValue,
        _ third: some LabelValue
    ) {
        family.record(value, count: 3) {
            $0.appendValue(first)
            $0.appendValue(second)
            $0.appendValue(third)
        }
    }

    /// Sets the series of the label values.
    @inlinable
    @inline(__always)
    public func set(
        _ value: some MeasurementValue, _ first: some LabelValue, _ second: some LabelValue,
        _ third: some LabelValue, _ fourth: some LabelValue
    ) {
        family.record(value, count: 4) {
            $0.appendValue(first)
            $0.appendValue(second)
            $0.appendValue(third)
            $0.appendValue(fourth)
        }
    }

    /// Moves the series of the label values, which begins at zero.
    @inlinable
    @inline(__always)
    public func adjust(by delta: Double) {
        family.move(by: delta, count: 0) { _ in }
    }

    /// Moves the series of the label values, which begins at zero.
    @inlinable
    @inline(__always)
    public func adjust(_ first: some LabelValue, by delta: Double) {
        family.move(by: delta, count: 1) {
            $0.appendValue(first)
        }
    }

    /// Moves the series of the label values, which begins at zero.
    @inlinable
    @inline(__always)
    public func adjust(_ first: some LabelValue, _ second: some LabelValue, by delta: Double) {
        family.move(by: delta, count: 2) {
            $0.appendValue(first)
            $0.appendValue(second)
        }
    }

    /// Moves the series of the label values, which begins at zero.
    @inlinable
    @inline(__always)
    public func adjust(
        _ first: some LabelValue, _ second: some LabelValue, _ third: some LabelValue, by delta: Double
    ) {
        family.move(by: delta, count: 3) {
            $0.appendValue(first)
            $0.appendValue(second)
            $0.appendValue(third)
        }
    }

    /// Moves the series of the label values, which begins at zero.
    @inlinable
    @inline(__always)
    public func adjust(
        _ first: some LabelValue, _ second: some LabelValue, _ third: some LabelValue,
        _ fourth: some LabelValue, by delta: Double
    ) {
        family.move(by: delta, count: 4) {
            $0.appendValue(first)
            $0.appendValue(second)
            $0.appendValue(third)
            $0.appendValue(fourth)
        }
    }
}
