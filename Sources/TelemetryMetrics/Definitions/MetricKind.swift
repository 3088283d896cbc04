/// The types of metrics, as Telemetry.Metrics and Prometheus know them.
public enum MetricKind: String, Sendable, Equatable, CaseIterable {
    /// How many events there were.
    case counter
    /// The total of a measurement; monotonic unless it is declared a gauge.
    case sum
    /// The last value.
    case gauge
    /// Quantiles over a sliding window, with count and sum since the start.
    case summary
    /// Counts by upper boundary, with count and sum.
    case histogram
}
