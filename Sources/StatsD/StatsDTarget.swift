package import TelemetryMetrics

/// What becomes of the lines with one name and type.
package enum StatsDTarget: Sendable {
    /// They are counted as dropped.
    case drop
    /// They are recorded in a metric.
    case metric(StatsDMetric)
}

/// The metric that lines with one name and type are recorded in.
package struct StatsDMetric: Sendable {
    /// The metric; the labels in it are ignored, since every line may bring its own.
    package var definition: MetricDefinition
    /// The name that alone may fill the metric, nil where several may.
    package var source: String?
    /// Labels that win over tags of the same name, sanitised, in the order of their names; none is empty.
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

extension StatsDType {
    /// The kind of metric that values of this type make when no rule says otherwise.
    package var kind: MetricKind {
        switch self {
        // A sampled counter stands for several events, which need not be a whole number: a sum.
        case .counter: .sum
        case .gauge, .set: .gauge
        case .timer, .histogram, .distribution: .histogram
        }
    }
}
