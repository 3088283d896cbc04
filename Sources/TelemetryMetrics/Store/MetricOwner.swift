/// Who fills a metric: metrics of one name are only shared by what has one owner.
package enum MetricOwner: Sendable {
    /// The application, through its definitions, handles or swift-metrics.
    case application
    /// JSON events.
    case events
    /// StatsD lines.
    case statsd
}
