public import TelemetryMetrics

extension MetricsBridge {
    /// How the metrics of swift-metrics are exposed.
    public struct Options: Sendable, Equatable {
        /// Upper boundaries for timers, in seconds.
        public var timerBuckets = Buckets.durations
        /// Upper boundaries for recorders that aggregate.
        public var recorderBuckets: Buckets = [
            1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000,
        ]
        /// What is different for single labels, which are the keys as the code has them.
        public var labels: [String: LabelOptions] = [:]
        /// Past this number of dimension sets of a label, new ones fall into one overflow series.
        public var seriesLimit = MetricDefinition.defaultSeriesLimit
        /// Series go when no handler had them for this long; nil for never.
        public var expiry: Duration?
        /// Past this number of labels of a kind (counter, gauge, recorder, timer), new ones are rejected and counted.
        public var labelLimit = 10_000

        /// The defaults.
        public init() {}
    }

    /// What is known of one label.
    public struct LabelOptions: Sendable, Equatable {
        /// One sentence for the page.
        public var help: String?
        /// The unit that values are in; a timer converts to it, and stays in seconds where it is not a unit of time.
        public var unit: MetricUnit?
        /// Upper boundaries for a recorder or timer, in its unit.
        public var buckets: Buckets?

        /// What is nil is as for all labels.
        public init(help: String? = nil, unit: MetricUnit? = nil, buckets: Buckets? = nil) {
            self.help = help
            self.unit = unit
            self.buckets = buckets
        }
    }
}

extension MetricsBridge.Options {
    /// - Throws: the first thing that is wrong.
    func check() throws(MetricsBridgeError) {
        for limit in [seriesLimit, labelLimit] where limit < 1 { throw .badLimit(limit) }
        try Self.check(timerBuckets, label: nil)
        try Self.check(recorderBuckets, label: nil)
        for (label, options) in labels.sorted(by: { $0.key < $1.key }) {
            if let buckets = options.buckets { try Self.check(buckets, label: label) }
        }
    }

    private static func check(_ buckets: Buckets, label: String?) throws(MetricsBridgeError) {
        let boundaries = buckets.boundaries
        let areAscending = zip(boundaries, boundaries.dropFirst()).allSatisfy { $0 < $1 }
        guard !boundaries.isEmpty, areAscending, boundaries.allSatisfy(\.isFinite) else {
            throw .badBuckets(boundaries, label: label)
        }
    }
}
