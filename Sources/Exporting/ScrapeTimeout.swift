import TelemetryMetrics

/// How long Prometheus waits for a page.
enum ScrapeTimeout {
    /// How long collectors may take for a page, so that it is there in time.
    ///
    /// - Parameters:
    ///   - header: `X-Prometheus-Scrape-Timeout-Seconds`; what is no number above zero counts for nothing.
    ///   - longest: how long an answer may take, whatever its client says.
    static func forCollectors(header: String?, atMost longest: Duration) -> Duration {
        guard let seconds = header.flatMap(Double.init), seconds > 0, seconds < 1e6 else {
            return min(MetricStore.standardCollectorTimeout, longest * share)
        }
        return min(.seconds(seconds), longest) * share
    }

    /// The rest is for making the page and sending it.
    private static let share = 0.8
}
