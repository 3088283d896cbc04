import ConfigurationFile
import Telemetry
import TelemetryMetrics

extension MetricConfiguration {
    /// The metric that this entry of the configuration defines.
    func record() -> RecordMetric {
        RecordMetric(
            definition, event: event, measurement: definition.kind == .counter ? nil : measurement,
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
