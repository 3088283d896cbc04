package import TelemetryMetrics

/// What becomes of the samples with one name and kind.
package enum WireTarget: Sendable {
    /// They are counted as dropped.
    case drop
    /// They are recorded in a metric.
    case metric(WireMetric)
}

/// The metric that samples with one name and kind are recorded in.
package struct WireMetric: Sendable {
    /// The metric; the labels in it are ignored, since every sample may bring its own.
    package var definition: MetricDefinition
    /// The name that alone may fill the metric, nil where several may.
    package var source: String?
    /// Labels that win over a sender's of the same name, sanitised, in the order of their names; none is empty.
    package private(set) var labels: [(name: String, value: String)]
    /// What values are multiplied with.
    package var factor: Double

    /// Makes a target.
    package init(
        _ definition: MetricDefinition, source: String? = nil,
        labels: [(name: String, value: String)] = [], factor: Double = 1
    ) {
        self.source = source
        self.definition = definition
        self.factor = factor
        self.labels = []
        set(labels: labels)
    }

    /// Replaces the labels; one with an empty value is left out, as it is the same as none in Prometheus.
    package mutating func set(labels: [(name: String, value: String)]) {
        self.labels = labels.filter { !$0.value.isEmpty }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
