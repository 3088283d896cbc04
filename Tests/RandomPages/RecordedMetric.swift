package import TelemetryMetrics

/// A metric, and what was recorded into its series.
package struct RecordedMetric {
    /// The name of its samples, but for the suffixes of histograms and summaries.
    package let name: String
    /// What it was registered as.
    package let definition: MetricDefinition
    /// Each with labels that no other one has.
    package internal(set) var series: [RecordedSeries] = []
}

/// What was recorded into one series.
package struct RecordedSeries {
    /// Those of the store first.
    package let labels: [Label]
    /// What was recorded.
    package let recorded: Recorded

    /// The name of a label, with its value.
    package struct Label: Hashable {
        /// As it was given.
        package let name: String
        /// As it was given.
        package let value: String

        /// A label of a page, or of a metric.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What a page shows, or is made of.
    package enum Recorded {
        /// The total of a counter.
        case whole(UInt64)
        /// The value of a total or gauge.
        case value(Double)
        /// What a histogram or summary observed; they refuse what is not finite.
        case observations([Double])
    }
}
