import TelemetryMetrics

/// How long Prometheus waits for a page.
enum ScrapeTimeout {
    /// How long collectors may take for a page, so that it is there in time.
    ///
    /// - Parameter header: `X-Prometheus-Scrape-Timeout-Seconds`; what is no number above zero counts for nothing.
    static func forCollectors(header: String?) -> Duration {
        guard let seconds = header.flatMap(Double.init), seconds > 0, seconds < 1e6 else {
            return MetricStore.standardCollectorTimeout
        }
        // The rest is for making the page and sending it.
        return .seconds(seconds * 0.8)
    }
}
