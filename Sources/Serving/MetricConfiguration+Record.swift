import ConfigurationFile
import Telemetry
import TelemetryMetrics

extension MetricConfiguration {
    /// The metric that this entry of the configuration defines.
    func record() -> RecordMetric {
        var definition = MetricDefinition(
            shape.kind, name: exposedName(prefix: ""), help: description ?? "Event \(event), \(measurement).",
            labels: labels)
        if let unit {
            definition.unit = MetricUnit(rawValue: unit.to.rawValue)
            definition.measuredUnit = MetricUnit(rawValue: unit.from.rawValue)
        }
        definition.seriesLimit = seriesLimit
        definition.expiry = expiry.duration
        switch shape {
        case .sum(let monotonic): definition.isMonotonic = monotonic
        case .summary(let quantiles, let window):
            definition.quantiles = quantiles
            definition.window = window
        case .histogram(let buckets): definition.buckets = buckets
        case .counter, .gauge: break
        }
        return RecordMetric(
            definition, event: event, measurement: shape == .counter ? nil : measurement,
            filter: eventFilter)
    }

    private var eventFilter: EventFilter<EventRecord> {
        switch filter {
        case nil: .all
        case .keep(let conditions): .keep { $0.fulfils(conditions) }
        case .drop(let conditions): .drop { $0.fulfils(conditions) }
        }
    }
}

extension EventRecord {
    fileprivate func fulfils(_ conditions: [LabelSetting]) -> Bool {
        conditions.allSatisfy { metadata[$0.name] == $0.value }
    }
}
