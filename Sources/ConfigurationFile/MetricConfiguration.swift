package import TelemetryMetrics

/// One entry of `metrics`: a metric made from JSON events.
package struct MetricConfiguration: Sendable, Equatable {
    /// The metric's type with what only that type has.
    package enum Shape: Sendable, Equatable {
        /// Counts events; reads no measurement.
        case counter
        /// Adds up a measurement; one that is not monotonic is exposed as a gauge.
        case sum(monotonic: Bool)
        /// The last measurement.
        case gauge
        /// Quantiles, each within 0...1 and once, over a sliding window.
        case summary(quantiles: [Double], window: Duration)
        /// Upper bounds in the exposed unit, finite and strictly ascending, or native.
        case histogram(buckets: Buckets)
    }

    /// Which events count, by equality on their metadata.
    package enum Filter: Sendable, Hashable {
        /// Events that carry all these pairs.
        case keep([LabelSetting])
        /// Events other than those that carry all these pairs.
        case drop([LabelSetting])
    }

    /// The quantiles of a summary that names none.
    package static let defaultQuantiles = [0.5, 0.9, 0.99]
    /// The window of a summary that names none.
    package static let defaultWindow = Duration.seconds(600)

    /// The dotted name as written.
    package var name: String
    /// The event's name: as written, or all but the last segment of `name`.
    package var event: String
    /// The measurement's name: as written, or the last segment of `name`.
    package var measurement: String
    /// The type.
    package var shape: Shape
    /// The HELP text.
    package var description: String?
    /// What the measurement is in.
    package var unit: UnitSetting?
    /// Metadata keys, each once, that become labels.
    package var labels: [String] = []
    /// Series before the overflow series takes the rest; at least 1.
    package var seriesLimit = 10_000
    /// When a series that is no longer updated goes away.
    package var expiry = ExpirySetting.never
    /// Which events count; nil counts all.
    package var filter: Filter?

    /// A metric without labels.
    package init(name: String, event: String, measurement: String, shape: Shape) {
        self.name = name
        self.event = event
        self.measurement = measurement
        self.shape = shape
    }

    /// The name of the family on the metrics page.
    package func exposedName(prefix: String) -> String {
        prefix
            + PrometheusName.exposed(name, unitSuffix: unit?.suffix, isCumulative: shape.isCumulative)
    }
}

extension MetricConfiguration.Shape {
    /// The type as the file writes it.
    package var typeName: String {
        switch self {
        case .counter: "counter"
        case .sum: "sum"
        case .gauge: "gauge"
        case .summary: "summary"
        case .histogram: "histogram"
        }
    }

    /// The type as the store has it.
    package var kind: MetricKind {
        switch self {
        case .counter: .counter
        case .sum: .sum
        case .gauge: .gauge
        case .summary: .summary
        case .histogram: .histogram
        }
    }

    /// Whether it is exposed as a Prometheus counter, whose name ends in `_total`.
    package var isCumulative: Bool {
        switch self {
        case .counter, .sum(monotonic: true): true
        default: false
        }
    }
}
