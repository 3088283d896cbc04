public import Telemetry

// Metrics of untyped events name their measurement; labels come from the metadata by `Label(_:metadata:)`.

extension Sum {
    /// Adds up the measurement of that name.
    public init(
        _ name: String, _ help: String, of event: Event<EventRecord>, measurement: String,
        isMonotonic: Bool = true, unit: MetricUnit? = nil, from measuredUnit: MetricUnit? = nil,
        filter: EventFilter<EventRecord> = .all, labels: Label<EventRecord>...
    ) {
        definition = MetricDefinition(.sum, name: name, help: help, labels: labels.map(\.name), unit: unit)
        definition.measuredUnit = measuredUnit
        definition.isMonotonic = isMonotonic
        source = MetricSource(
            EventBinding(name, event: event, labels: labels, filter: filter) { $0.measurements[measurement] })
    }
}

extension Gauge {
    /// Holds the last measurement of that name.
    public init(
        _ name: String, _ help: String, of event: Event<EventRecord>, measurement: String,
        unit: MetricUnit? = nil, from measuredUnit: MetricUnit? = nil,
        filter: EventFilter<EventRecord> = .all, labels: Label<EventRecord>...
    ) {
        definition = MetricDefinition(.gauge, name: name, help: help, labels: labels.map(\.name), unit: unit)
        definition.measuredUnit = measuredUnit
        source = MetricSource(
            EventBinding(name, event: event, labels: labels, filter: filter) { $0.measurements[measurement] })
    }
}

extension Histogram {
    /// Counts the measurement of that name into `buckets`.
    public init(
        _ name: String, _ help: String, of event: Event<EventRecord>, measurement: String,
        buckets: Buckets = .durations, unit: MetricUnit? = nil, from measuredUnit: MetricUnit? = nil,
        filter: EventFilter<EventRecord> = .all, labels: Label<EventRecord>...
    ) {
        definition = MetricDefinition(
            .histogram, name: name, help: help, labels: labels.map(\.name), unit: unit)
        definition.measuredUnit = measuredUnit
        definition.buckets = buckets
        source = MetricSource(
            EventBinding(name, event: event, labels: labels, filter: filter) { $0.measurements[measurement] })
    }
}

extension Summary {
    /// Gives the `quantiles` of the measurement of that name.
    public init(
        _ name: String, _ help: String, of event: Event<EventRecord>, measurement: String,
        quantiles: [Double] = [0.5, 0.9, 0.99], window: Duration = .seconds(600),
        relativeError: Double = 0.011,
        unit: MetricUnit? = nil, from measuredUnit: MetricUnit? = nil,
        filter: EventFilter<EventRecord> = .all, labels: Label<EventRecord>...
    ) {
        definition = MetricDefinition(
            .summary, name: name, help: help, labels: labels.map(\.name), unit: unit)
        definition.measuredUnit = measuredUnit
        definition.quantiles = quantiles
        definition.window = window
        definition.relativeError = relativeError
        source = MetricSource(
            EventBinding(name, event: event, labels: labels, filter: filter) { $0.measurements[measurement] })
    }
}
