public import Telemetry

/// Counts events.
///
/// The name gets `_total` at its end where that is missing.
public struct Counter: Metric {
    /// What is known of it before its first event.
    public var definition: MetricDefinition
    /// Where its values come from.
    public var source: MetricSource

    /// Counts the events `event`, by `labels`.
    @inlinable
    @inline(__always)
    public init<Payload>(
        _ name: String, _ help: String, of event: Event<Payload>, filter: EventFilter<Payload> = .all,
        labels: Label<Payload>...
    ) {
        definition = MetricDefinition(.counter, name: name, help: help, labels: labels.map(\.name))
        source = MetricSource(
            EventBinding(name, event: event, labels: labels, filter: filter))
    }

    /// A total that exists elsewhere: `read` is asked before every scrape, in a thread of its own: the page leaves the
    /// metric out where it does not answer in time, and `heliograph_collector_success` says so.
    ///
    /// What is negative or not finite is rejected and counted as such.
    public init<Value: MeasurementValue>(
        _ name: String, _ help: String, reading read: @escaping @Sendable () -> Value
    ) {
        definition = MetricDefinition(.counter, name: name, help: help, unit: Value.unit)
        source = MetricSource(reading: { read().measurement })
    }
}

/// Adds up a measurement.
///
/// A sum only grows: what is negative is rejected and counted as such, unless `isMonotonic` is false; then it is exposed
/// as a gauge. A monotonic sum's name gets `_total` at its end where that is missing.
public struct Sum: Metric {
    /// What is known of it before its first event.
    public var definition: MetricDefinition
    /// Where its values come from.
    public var source: MetricSource

    /// Adds up what `measurement` takes from the events `event`, by `labels`.
    @inlinable
    @inline(__always)
    public init<Payload, Value: MeasurementValue>(
        _ name: String, _ help: String, of event: Event<Payload>,
        adding measurement: @escaping @Sendable (Payload) throws -> Value, isMonotonic: Bool = true,
        filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) {
        definition = MetricDefinition(
            .sum, name: name, help: help, labels: labels.map(\.name), unit: Value.unit)
        definition.isMonotonic = isMonotonic
        source = MetricSource(
            EventBinding(name, event: event, labels: labels, filter: filter, measuring: measurement))
    }
}

/// Holds the last value.
public struct Gauge: Metric {
    /// What is known of it before its first event.
    public var definition: MetricDefinition
    /// Where its values come from.
    public var source: MetricSource

    /// Holds what `measurement` took from the last of the events `event`, by `labels`.
    @inlinable
    @inline(__always)
    public init<Payload, Value: MeasurementValue>(
        _ name: String, _ help: String, of event: Event<Payload>,
        observing measurement: @escaping @Sendable (Payload) throws -> Value,
        filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) {
        definition = MetricDefinition(
            .gauge, name: name, help: help, labels: labels.map(\.name), unit: Value.unit)
        source = MetricSource(
            EventBinding(name, event: event, labels: labels, filter: filter, measuring: measurement))
    }

    /// A value that exists elsewhere: `read` is asked before every scrape, in a thread of its own: the page leaves the
    /// metric out where it does not answer in time, and `heliograph_collector_success` says so.
    public init<Value: MeasurementValue>(
        _ name: String, _ help: String, reading read: @escaping @Sendable () -> Value
    ) {
        definition = MetricDefinition(.gauge, name: name, help: help, unit: Value.unit)
        source = MetricSource(reading: { read().measurement })
    }
}

/// Counts values by upper boundaries.
public struct Histogram: Metric {
    /// What is known of it before its first event.
    public var definition: MetricDefinition
    /// Where its values come from.
    public var source: MetricSource

    /// Counts what `measurement` takes from the events `event` into `buckets`, by `labels`; without buckets into those of `Buckets.standard`.
    @inlinable
    @inline(__always)
    public init<Payload, Value: MeasurementValue>(
        _ name: String, _ help: String, of event: Event<Payload>,
        observing measurement: @escaping @Sendable (Payload) throws -> Value, buckets: Buckets? = nil,
        filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) {
        definition = MetricDefinition(
            .histogram, name: name, help: help, labels: labels.map(\.name), unit: Value.unit)
        definition.buckets = buckets ?? .standard(name, in: Value.unit)
        source = MetricSource(
            EventBinding(name, event: event, labels: labels, filter: filter, measuring: measurement))
    }
}

/// Gives quantiles over a sliding window.
public struct Summary: Metric {
    /// What is known of it before its first event.
    public var definition: MetricDefinition
    /// Where its values come from.
    public var source: MetricSource

    /// Gives the `quantiles` of what `measurement` took from the events `event` during the last `window`, by `labels`.
    ///
    /// A quantile is within `relativeError` of the true value, relative to that: 1.1 % by default, 0.14 % at best.
    @inlinable
    @inline(__always)
    public init<Payload, Value: MeasurementValue>(
        _ name: String, _ help: String, of event: Event<Payload>,
        observing measurement: @escaping @Sendable (Payload) throws -> Value,
        quantiles: [Double] = [0.5, 0.9, 0.99], window: Duration = .seconds(600),
        relativeError: Double = 0.011,
        filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) {
        definition = MetricDefinition(
            .summary, name: name, help: help, labels: labels.map(\.name), unit: Value.unit)
        definition.quantiles = quantiles
        definition.window = window
        definition.relativeError = relativeError
        source = MetricSource(
            EventBinding(name, event: event, labels: labels, filter: filter, measuring: measurement))
    }
}
