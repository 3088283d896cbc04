import TelemetryMetrics

/// What a label can stand for; each label for one of them only.
enum BridgedKind: String, Sendable {
    /// Counters of whole numbers and of floating-point numbers.
    case counter
    /// Gauges, which are recorders that don't aggregate, and meters.
    case gauge
    /// Recorders that aggregate.
    case recorder
    case timer

    /// The kind of metric in the store.
    var metricKind: MetricKind {
        switch self {
        case .counter: .sum
        case .gauge: .gauge
        case .recorder, .timer: .histogram
        }
    }

    /// What the label's metric is registered as; its series bring their own labels.
    func definition(of label: String, options: MetricsBridge.Options) -> MetricDefinition {
        let own = options.labels[label]
        var definition = MetricDefinition(
            metricKind, name: SanitisedName.metric(label),
            help: own?.help ?? "swift-metrics \(rawValue) \(label).", unit: own?.unit)
        definition.seriesLimit = options.seriesLimit
        definition.expiry = options.expiry
        if self == .timer {
            definition.unit = own?.unit?.base == .second ? own?.unit : .second
            definition.buckets = own?.buckets ?? options.timerBuckets
        } else {
            definition.buckets = own?.buckets ?? options.recorderBuckets
        }
        return definition
    }
}
