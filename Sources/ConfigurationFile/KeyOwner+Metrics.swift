import ConfigurationKeys
import TelemetryMetrics

extension KeyOwner {
    /// Metrics of that kind.
    init(_ kind: MetricKind) { self.init(kind.rawValue) }

    static let histogram = KeyOwner(MetricKind.histogram)
    static let sum = KeyOwner(MetricKind.sum)
    static let summary = KeyOwner(MetricKind.summary)
}
