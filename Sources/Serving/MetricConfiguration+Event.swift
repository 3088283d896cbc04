import ConfigurationFile
import Ingest
import TelemetryMetrics

extension Configuration {
    /// The metrics that are made from events.
    var eventMetrics: [EventMetric] { metrics.map { $0.eventMetric(prefix: events.prefix) } }
}

extension MetricConfiguration {
    /// The metric that this entry of the configuration defines, with the prefix of its source.
    func eventMetric(prefix: String = "") -> EventMetric {
        var definition = definition
        definition.name = prefix + definition.name
        return EventMetric(
            definition, event: event, measurement: definition.kind == .counter ? nil : measurement,
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
