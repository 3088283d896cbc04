/// Says something in labels that does not change while the process lives, such as a version: a gauge that is always 1.
///
/// The name gets `_info` at its end where that is missing. OpenMetrics has a type of its own for it.
public struct Info: Metric {
    /// What is known of it.
    public var definition: MetricDefinition
    /// Where its value comes from.
    public var source: MetricSource

    /// Says `labels`, each a name with its value.
    public init(_ name: String, _ help: String, _ labels: KeyValuePairs<String, String>) {
        definition = MetricDefinition(
            .gauge, name: name.hasSuffix("_info") ? name : name + "_info", help: help,
            labels: labels.map(\.key))
        definition.role = .info
        let values = labels.map(\.value)
        source = MetricSource(showing: { family, _ in family.replace(with: 1, labels: values) })
    }
}
