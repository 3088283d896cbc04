public import Telemetry
public import TelemetryMetrics

/// A histogram or summary that is observed directly, without an event: `latency.observe(elapsed, "/users")`, `latency.time("/users") { … }`.
///
/// The values behind the number are those of its labels, in their order. A `Duration` is observed in seconds. What can't be recorded is
/// counted by its cause in `heliograph_measurements_rejected_total`. For more than four labels, or where even the lookup of the series
/// is too much, hold the series that `series(_:)` gives. Thread-safe; copies are the same metric.
public struct DistributionFamily: Sendable {
    @usableFromInline let family: SeriesFamily

    init(_ family: SeriesFamily) { self.family = family }

    /// The series of the label values; it exists from now on and is never expired.
    ///
    /// - Throws: where the number of values is another one than that of the labels, or there is no memory.
    public func series(_ labels: String...) throws(ExporterError) -> SeriesHandle {
        try family.series(labels)
    }

    /// Removes the series of the label values; it begins anew when it is observed again.
    ///
    /// - Returns: false where there is none, or where somebody holds it.
    @discardableResult
    public func remove(_ labels: String...) -> Bool { family.remove(labels) }
}

extension DistributionFamily {
    /// Observes a value in the series of the label values.
    @inlinable
    @inline(__always)
    public func observe(_ value: some MeasurementValue) {
        family.record(value, count: 0) { _ in }
    }

    /// Observes a value in the series of the label values.
    @inlinable
    @inline(__always)
    public func observe(_ value: some MeasurementValue, _ first: some LabelValue) {
        family.record(value, count: 1) {
            $0.appendValue(first)
        }
    }

    /// Observes a value in the series of the label values.
    @inlinable
    @inline(__always)
    public func observe(_ value: some MeasurementValue, _ first: some LabelValue, _ second: some LabelValue) {
        family.record(value, count: 2) {
            $0.appendValue(first)
            $0.appendValue(second)
        }
    }

    /// Observes a value in the series of the label values.
    @inlinable
    @inline(__always)
    public func observe(
        _ value: some MeasurementValue, _ first: some LabelValue, _ second: some LabelValue,
        _ third: some LabelValue
    ) {
        family.record(value, count: 3) {
            $0.appendValue(first)
            $0.appendValue(second)
            $0.appendValue(third)
        }
    }

    /// Observes a value in the series of the label values.
    @inlinable
    @inline(__always)
    public func observe(
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
}

extension DistributionFamily {
    /// Observes how long `body` takes, in seconds, whether it returns or throws.
    ///
    /// - Throws: what `body` throws, with its type.
    public func time<each Label: LabelValue, Result, Failure: Error>(
        _ labels: repeat each Label, body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let start = ContinuousClock.now
        defer { observe(since: start, repeat each labels) }
        return try body()
    }

    /// Observes how long an asynchronous `body` takes, in seconds, whether it returns or throws.
    ///
    /// - Throws: what `body` throws, with its type.
    public nonisolated(nonsending) func time<each Label: LabelValue, Result, Failure: Error>(
        _ labels: repeat each Label, body: nonisolated(nonsending) () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let start = ContinuousClock.now
        defer { observe(since: start, repeat each labels) }
        return try await body()
    }

    private func observe<each Label: LabelValue>(
        since start: ContinuousClock.Instant, _ labels: repeat each Label
    ) {
        var count = 0
        for _ in repeat each labels { count += 1 }
        family.record(ContinuousClock.now - start, count: count) { writer in
            for label in repeat each labels { writer.appendValue(label) }
        }
    }
}
