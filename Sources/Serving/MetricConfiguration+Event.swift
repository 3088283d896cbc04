import ConfigurationFile
import Ingest
import TelemetryMetrics

extension MetricConfiguration {
    /// The metric that this entry of the configuration defines.
    func eventMetric() -> EventMetric {
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
        return EventMetric(
            definition, event: event, measurement: shape == .counter ? nil : measurement,
            filter: eventFilter)
    }

    private var eventFilter: EventMetric.Filter {
        func all(_ settings: [LabelSetting]) -> [EventMetric.Condition] {
            settings.map { EventMetric.Condition($0.name, $0.value) }
        }
        return switch filter {
        case nil: .all
        case .keep(let settings): .keep(all(settings))
        case .drop(let settings): .drop(all(settings))
        }
    }
}
