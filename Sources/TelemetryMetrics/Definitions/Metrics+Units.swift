public import Telemetry

// Metrics of numbers whose unit is said, as only their maker knows it.

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
}

extension Histogram {
    /// Counts a number that is measured in `unit` into `buckets`, which are in the base unit of that, seconds or bytes, as what is
    /// shown; without buckets into those of `Buckets.standard`.
    @inlinable
    @inline(__always)
    public init<Payload, Value: NumberValue>(
        _ name: String, _ help: String, of event: Event<Payload>,
        observing measurement: @escaping @Sendable (Payload) throws -> Value, in unit: MetricUnit,
        buckets: Buckets? = nil, filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) {
        definition = MetricDefinition(.histogram, name: name, help: help, labels: labels.map(\.name))
        definition.buckets = buckets ?? .standard(name, in: unit)
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
