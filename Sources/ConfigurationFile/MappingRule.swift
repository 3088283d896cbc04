package import TelemetryMetrics

/// A mapping rule for names from a wire; what is nil stays as it is without the rule.
package struct MappingRule: Sendable, Equatable {
    /// What a timer or distribution (`ms`, `h`, `d`) becomes.
    package enum Distribution: String, Sendable, CaseIterable {
        /// Counts per bucket.
        case histogram
        /// Quantiles over a sliding window.
        case summary
    }

    /// Dot-separated segments, each literal or `*`, which stands for exactly one whole segment.
    package var match: String
    /// The metric's name without the prefixes; `$1` is what the first `*` took.
    package var name: String?
    /// Labels added to the sent tags; values may hold `$1`.
    package var labels: [LabelSetting] = []
    /// What timers and distributions become.
    package var type: Distribution?
    /// Bucket bounds of a histogram.
    package var buckets: Buckets?
    /// Native buckets of a histogram beside its bounds.
    package var native: NativeBuckets?
    /// The quantiles of a summary.
    package var quantiles: [Double]?
    /// The sliding window of a summary.
    package var window: Duration?
    /// How far a quantile of a summary may be from the true value.
    package var relativeError: Double?
    /// The HELP text.
    package var description: String?
    /// What the sent numbers are in; timers (`ms`) are milliseconds whatever this says.
    package var unit: MetricUnit?
    /// Whether matching lines are dropped, and counted as dropped.
    package var drop = false
    /// Replaces the section's limit.
    package var seriesLimit: Int?
    /// Replaces the section's expiry.
    package var expiry: ExpirySetting?
    /// Replaces the global one; zero for never.
    package var initialZero: Duration?
    /// Whether its series go on in the process that follows.
    package var persistence: Persistence?

    /// A rule that changes nothing yet.
    package init(match: String) {
        self.match = match
    }

    /// Whether it says what only histograms or summaries have.
    var shapesDistribution: Bool {
        type != nil || buckets != nil || native != nil || quantiles != nil || window != nil
            || relativeError != nil
    }

    /// The segments of `match`, none empty.
    package var segments: [Substring] {
        match.split(separator: ".", omittingEmptySubsequences: false)
    }
}
