public import TelemetryMetrics

extension MetricsBridge {
    /// How the metrics of swift-metrics are exposed.
    public struct Options: Sendable, Equatable {
        /// Buckets for timers and for recorders with a unit of time; boundaries are in seconds, and converted for other units.
        public var timerBuckets = Buckets.durations
        /// Buckets for other recorders that aggregate.
        public var recorderBuckets: Buckets = [
            1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000,
        ]
        /// What is different for single labels, which are the keys as the code has them.
        public var labels: [String: LabelOptions]
        /// Past this number of dimension sets of a label, new ones fall into one overflow series.
        public var seriesLimit = MetricDefinition.defaultSeriesLimit
        /// A series expires when no handler has used it for this long; nil for never.
        ///
        /// Making handlers is faster where it is nil, since idle handlers are cached then.
        public var expiry: Duration?
        /// Past this number of labels of a kind (counter, gauge, recorder, timer), new ones are rejected and counted.
        public var labelLimit = 10_000

        /// The defaults, but for the labels.
        public init(labels: [String: LabelOptions] = [:]) { self.labels = labels }
    }

    /// What a label stands for.
    public enum LabelKind: String, Sendable, Equatable, CaseIterable {
        /// Counters of whole numbers and of floating-point numbers.
        case counter
        /// Gauges, which are recorders that don't aggregate, and meters.
        case gauge
        /// Recorders that aggregate.
        case recorder
        /// Timers.
        case timer
    }

    /// What is known of one label.
    public struct LabelOptions: Sendable, Equatable {
        /// What the label stands for, so that the bridge can check the rest; nil where that is not to be checked.
        ///
        /// A handler of another kind is made without these options.
        public var kind: LabelKind?
        /// The name without the exporter's prefix, to which the unit and a counter's `_total` are appended where they are missing; the label
        /// where it is nil.
        public var name: String?
        /// One sentence for the page.
        public var help: String?
        /// The unit that values are in, which ends the name; a timer converts to it.
        public var unit: MetricUnit?
        /// Buckets for a recorder or timer, in its unit.
        public var buckets: Buckets?

        /// What is nil is as for all labels.
        public init(
            kind: LabelKind? = nil, name: String? = nil, help: String? = nil, unit: MetricUnit? = nil,
            buckets: Buckets? = nil
        ) {
            self.kind = kind
            self.name = name
            self.help = help
            self.unit = unit
            self.buckets = buckets
        }
    }
}
