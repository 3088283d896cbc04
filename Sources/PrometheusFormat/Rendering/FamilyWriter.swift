import Arena
import TelemetryMetrics

/// Writes metrics in one format, one after the other; made for one page.
protocol FamilyWriter {
    /// Appends the metric with all its series, and nothing where it has none.
    mutating func write(_ family: Family, into page: inout TextBuffer)

    /// Appends what stands after the last metric.
    func finish(_ page: inout TextBuffer)
}
