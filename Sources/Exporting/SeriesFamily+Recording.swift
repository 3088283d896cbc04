public import Telemetry
public import TelemetryMetrics

/// Recording into a series that is looked up, which takes no lock; it is made where there is none yet.
///
/// The values are those of the metric's labels, in their order. What can't be counted is counted by its cause in
/// `heliograph_measurements_rejected_total`: `wrong_labels` for another number of values, `wrong_kind` for a metric that
/// is no counter or sum and is incremented. For more than four labels, hold the series that `series(_:)` gives.
extension SeriesFamily {
    // Not parameter packs: each element of one is copied and counted, which takes longer than all else.

    /// Adds one to the series of the label values.
    @inlinable
    @inline(__always)
    public func increment(_ first: some LabelValue) {
        increment(count: 1) {
            $0.appendValue(first)
        }
    }

    /// Adds one to the series of the label values.
    @inlinable
    @inline(__always)
    public func increment(_ first: some LabelValue, _ second: some LabelValue) {
        increment(count: 2) {
            $0.appendValue(first)
            $0.appendValue(second)
        }
    }

    /// Adds one to the series of the label values.
    @inlinable
    @inline(__always)
    public func increment(_ first: some LabelValue, _ second: some LabelValue, _ third: some LabelValue) {
        increment(count: 3) {
            $0.appendValue(first)
            $0.appendValue(second)
            $0.appendValue(third)
        }
    }

    /// Adds one to the series of the label values.
    @inlinable
    @inline(__always)
    public func increment(
        _ first: some LabelValue, _ second: some LabelValue, _ third: some LabelValue,
        _ fourth: some LabelValue
    ) {
        increment(count: 4) {
            $0.appendValue(first)
            $0.appendValue(second)
            $0.appendValue(third)
            $0.appendValue(fourth)
        }
    }

    /// Records `value`, in the unit of the metric, into the series of the label values.
    @inlinable
    @inline(__always)
    public func record(_ value: Double, _ first: some LabelValue) {
        record(value, count: 1) {
            $0.appendValue(first)
        }
    }

    /// Records `value`, in the unit of the metric, into the series of the label values.
    @inlinable
    @inline(__always)
    public func record(_ value: Double, _ first: some LabelValue, _ second: some LabelValue) {
        record(value, count: 2) {
            $0.appendValue(first)
            $0.appendValue(second)
        }
    }

    /// Records `value`, in the unit of the metric, into the series of the label values.
    @inlinable
    @inline(__always)
    public func record(
        _ value: Double, _ first: some LabelValue, _ second: some LabelValue, _ third: some LabelValue
    ) {
        record(value, count: 3) {
            $0.appendValue(first)
            $0.appendValue(second)
            $0.appendValue(third)
        }
    }

    /// Records `value`, in the unit of the metric, into the series of the label values.
    @inlinable
    @inline(__always)
    public func record(
        _ value: Double, _ first: some LabelValue, _ second: some LabelValue, _ third: some LabelValue,
        _ fourth: some LabelValue
    ) {
        record(value, count: 4) {
            $0.appendValue(first)
            $0.appendValue(second)
            $0.appendValue(third)
            $0.appendValue(fourth)
        }
    }

    @inlinable
    @inline(__always)
    func increment(count: Int, _ write: (inout LabelWriter) -> Void) {
        // Not through self, which would be counted as captured.
        let recorder = recorder
        LabelWriter.withValues(write) { recorder.increment($0, count: count) }
    }

    /// Adds to a total.
    @inlinable
    @inline(__always)
    func add(_ amount: Double, count: Int, _ write: (inout LabelWriter) -> Void) {
        if amount == 1 { increment(count: count, write) } else { record(amount, count: count, write) }
    }

    @inlinable
    @inline(__always)
    func move(by delta: Double, count: Int, _ write: (inout LabelWriter) -> Void) {
        let recorder = recorder
        LabelWriter.withValues(write) { recorder.move(by: delta, $0, count: count) }
    }

    /// Records a measurement, in the unit of the metric; one that is missing, or of another dimension, is counted as such.
    @inlinable
    @inline(__always)
    func record<Value: MeasurementValue>(
        _ value: Value, count: Int, _ write: (inout LabelWriter) -> Void
    ) {
        guard let measured = value.measurement else { return recorder.rejectMissing() }
        guard let own = Value.unit, let unit, own != unit else {
            return record(measured, count: count, write)
        }
        guard let factor = own.factor(to: unit) else { return recorder.rejectKind() }
        record(measured * factor, count: count, write)
    }

    @inlinable
    @inline(__always)
    func record(_ value: Double, count: Int, _ write: (inout LabelWriter) -> Void) {
        let recorder = recorder
        LabelWriter.withValues(write) { recorder.record(value, $0, count: count) }
    }
}
