public import TelemetryMetrics

/// What one library or component has to say: its events, the metrics made of them, and what is measured now and then.
///
/// A value without state, added to an exporter in one line: `Exporter(metrics, plugins: [.hummingbird(), .grdb()])`. Names of metrics
/// and polls must be distinct across everything that an exporter shows, so a plugin goes to an exporter once.
public struct Plugin: Sendable {
    /// What it is called, such as `hummingbird`.
    public let name: String
    /// The names of the events that its component emits, those without a metric included.
    public let events: [String]
    /// The metrics that are registered with those of the application.
    public let metrics: MetricSet
    /// The measurements that are taken while the exporter runs.
    public let polls: [Poll]

    /// Takes everything as it is; `Exporter` checks it.
    public init(_ name: String, events: [String], metrics: MetricSet, polls: [Poll] = []) {
        self.name = name
        self.events = events
        self.metrics = metrics
        self.polls = polls
    }
}

extension ExporterConfiguration {
    /// The same with the polls of `plugins` behind its own.
    func polling(for plugins: [Plugin]) -> ExporterConfiguration {
        var configuration = self
        configuration.polls += plugins.flatMap(\.polls)
        return configuration
    }
}

extension MetricSet {
    /// The same with the metrics of `plugins` behind its own.
    func with(_ plugins: [Plugin]) -> MetricSet {
        MetricSet(metrics + plugins.flatMap(\.metrics.metrics))
    }
}
