public import Telemetry

/// Metrics of several events: the first one is given where the metric is made, each other one by `also`.
///
/// The labels of each have the names of the first one's, in the same order: an exporter throws where they don't.
extension Counter {
    /// Counts the events `event` too.
    @inlinable
    @inline(__always)
    public func also<Payload>(
        of event: Event<Payload>, filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) -> Counter {
        var copy = self
        copy.source.add(EventBinding(definition.name, event: event, labels: labels, filter: filter))
        return copy
    }
}

extension Sum {
    /// Adds up what `measurement` takes from the events `event` too, in the same unit.
    @inlinable
    @inline(__always)
    public func also<Payload, Value: MeasurementValue>(
        of event: Event<Payload>, adding measurement: @escaping @Sendable (Payload) throws -> Value,
        filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) -> Sum {
        taking(event, measurement, filter, labels)
    }
}

extension Gauge {
    /// Holds what `measurement` takes from the events `event` too, in the same unit.
    @inlinable
    @inline(__always)
    public func also<Payload, Value: MeasurementValue>(
        of event: Event<Payload>, observing measurement: @escaping @Sendable (Payload) throws -> Value,
        filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) -> Gauge {
        taking(event, measurement, filter, labels)
    }
}

extension Histogram {
    /// Counts what `measurement` takes from the events `event` too, in the same unit.
    @inlinable
    @inline(__always)
    public func also<Payload, Value: MeasurementValue>(
        of event: Event<Payload>, observing measurement: @escaping @Sendable (Payload) throws -> Value,
        filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) -> Histogram {
        taking(event, measurement, filter, labels)
    }
}

extension Summary {
    /// Takes what `measurement` takes from the events `event` too, in the same unit.
    @inlinable
    @inline(__always)
    public func also<Payload, Value: MeasurementValue>(
        of event: Event<Payload>, observing measurement: @escaping @Sendable (Payload) throws -> Value,
        filter: EventFilter<Payload> = .all, labels: Label<Payload>...
    ) -> Summary {
        taking(event, measurement, filter, labels)
    }
}

extension Metric {
    @inlinable
    @inline(__always)
    func taking<Payload, Value: MeasurementValue>(
        _ event: Event<Payload>, _ measurement: @escaping @Sendable (Payload) throws -> Value,
        _ filter: EventFilter<Payload>, _ labels: [Label<Payload>]
    ) -> Self {
        var copy = self
        copy.source.add(
            EventBinding(
                definition.name, event: event, labels: labels, filter: filter, measuring: measurement))
        return copy
    }
}
