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

    /// Counts what `measurement` takes from the events `event` into `buckets`, by `labels`.
    @inlinable
    @inline(__always)
    public init<Payload, Value: MeasurementValue>(
        _ name: String, _ help: String, of event: Event<Payload>,
        observing measurement: @escaping @Sendable (Payload) throws -> Value, buckets: Buckets = .durations,
        filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) {
        definition = MetricDefinition(
            .histogram, name: name, help: help, labels: labels.map(\.name), unit: Value.unit)
        definition.buckets = buckets
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

extension Counter {
    /// A total that exists elsewhere, which `read` gives in `unit`; it is shown in the base unit of that, seconds or bytes.
    public init<Value: NumberValue>(
        _ name: String, _ help: String, in unit: MetricUnit, reading read: @escaping @Sendable () -> Value
    ) {
        self.init(name, help, reading: read)
        definition.measure(in: unit)
    }
}

extension Sum {
    /// Adds up a number that is measured in `unit`, and shows it in the base unit of that, seconds or bytes.
    @inlinable
    @inline(__always)
    public init<Payload, Value: NumberValue>(
        _ name: String, _ help: String, of event: Event<Payload>,
        adding measurement: @escaping @Sendable (Payload) throws -> Value, in unit: MetricUnit,
        isMonotonic: Bool = true, filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) {
        definition = MetricDefinition(.sum, name: name, help: help, labels: labels.map(\.name))
        definition.isMonotonic = isMonotonic
        definition.measure(in: unit)
        source = MetricSource(
            EventBinding(name, event: event, labels: labels, filter: filter, measuring: measurement))
    }
}

extension Gauge {
    /// Holds a number that is measured in `unit`, and shows it in the base unit of that, seconds or bytes.
    @inlinable
    @inline(__always)
    public init<Payload, Value: NumberValue>(
        _ name: String, _ help: String, of event: Event<Payload>,
        observing measurement: @escaping @Sendable (Payload) throws -> Value, in unit: MetricUnit,
        filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) {
        definition = MetricDefinition(.gauge, name: name, help: help, labels: labels.map(\.name))
        definition.measure(in: unit)
        source = MetricSource(
            EventBinding(name, event: event, labels: labels, filter: filter, measuring: measurement))
    }

    /// A value that exists elsewhere, which `read` gives in `unit`; it is shown in the base unit of that, seconds or bytes.
    public init<Value: NumberValue>(
        _ name: String, _ help: String, in unit: MetricUnit, reading read: @escaping @Sendable () -> Value
    ) {
        self.init(name, help, reading: read)
        definition.measure(in: unit)
    }

    /// Values that exist elsewhere, by the values of `labels`, in their order: `read` is asked before every scrape, as for one value,
    /// and what it gives no more is no longer shown.
    public init<Value: MeasurementValue>(
        _ name: String, _ help: String, labels: String...,
        reading read: @escaping @Sendable () -> [[String]: Value]
    ) {
        definition = MetricDefinition(.gauge, name: name, help: help, labels: labels, unit: Value.unit)
        source = MetricSource(readingSeries: { read().mapValues(\.measurement) })
    }

    /// Values that exist elsewhere, by the value of `label`: `read` is asked before every scrape, as for one value, and what it gives
    /// no more is no longer shown.
    public init<Value: MeasurementValue>(
        _ name: String, _ help: String, label: String, reading read: @escaping @Sendable () -> [String: Value]
    ) {
        self.init(name, help, labels: label) {
            Dictionary(uniqueKeysWithValues: read().map { ([$0.key], $0.value) })
        }
    }
}

extension Histogram {
    /// Counts a number that is measured in `unit` into `buckets`, which are in the base unit of that, seconds or bytes, as what is
    /// shown.
    @inlinable
    @inline(__always)
    public init<Payload, Value: NumberValue>(
        _ name: String, _ help: String, of event: Event<Payload>,
        observing measurement: @escaping @Sendable (Payload) throws -> Value, in unit: MetricUnit,
        buckets: Buckets = .durations, filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) {
        definition = MetricDefinition(.histogram, name: name, help: help, labels: labels.map(\.name))
        definition.buckets = buckets
        definition.measure(in: unit)
        source = MetricSource(
            EventBinding(name, event: event, labels: labels, filter: filter, measuring: measurement))
    }
}

extension Summary {
    /// Gives quantiles of a number that is measured in `unit`, and shows them in the base unit of that, seconds or bytes.
    @inlinable
    @inline(__always)
    public init<Payload, Value: NumberValue>(
        _ name: String, _ help: String, of event: Event<Payload>,
        observing measurement: @escaping @Sendable (Payload) throws -> Value, in unit: MetricUnit,
        quantiles: [Double] = [0.5, 0.9, 0.99], window: Duration = .seconds(600),
        relativeError: Double = 0.011, filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) {
        definition = MetricDefinition(.summary, name: name, help: help, labels: labels.map(\.name))
        definition.quantiles = quantiles
        definition.window = window
        definition.relativeError = relativeError
        definition.measure(in: unit)
        source = MetricSource(
            EventBinding(name, event: event, labels: labels, filter: filter, measuring: measurement))
    }
}

extension MetricDefinition {
    /// Takes values in `unit`, and shows them in the base unit of that.
    @usableFromInline
    mutating func measure(in unit: MetricUnit) {
        measuredUnit = unit
        self.unit = unit.base
    }
}
