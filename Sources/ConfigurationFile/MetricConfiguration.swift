package import TelemetryMetrics

/// One entry of `metrics`: a metric made from JSON events.
package struct MetricConfiguration: Sendable, Equatable {
    /// Which events count, by equality on their metadata.
    package enum Filter: Sendable, Hashable {
        /// Events that carry all these pairs.
        case keep([LabelSetting])
        /// Events other than those that carry all these pairs.
        case drop([LabelSetting])
    }

    /// The event's name: as written, or all but the last segment of the metric's dotted name.
    package var event = ""
    /// The measurement's name: as written, or the last segment of the metric's dotted name; a counter reads none.
    package var measurement = ""
    /// The metric, under its name on the page without the prefixes.
    package var definition = MetricDefinition(.gauge, name: "", help: "")
    /// Which events count; nil counts all.
    package var filter: Filter?

    /// A metric without a name.
    package init() {}
}
