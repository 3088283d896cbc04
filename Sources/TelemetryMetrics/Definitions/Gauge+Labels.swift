extension Gauge {
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
