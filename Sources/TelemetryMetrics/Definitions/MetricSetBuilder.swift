/// Collects metrics and sets of metrics.
@resultBuilder
public enum MetricSetBuilder {
    /// One metric.
    public static func buildExpression(_ metric: any Metric) -> [any Metric] { [metric] }
    /// All metrics of another set.
    public static func buildExpression(_ set: MetricSet) -> [any Metric] { set.metrics }
    /// Anything else is a mistake, which is said where it stands.
    @available(
        *, unavailable,
        message:
            "This is no metric: a set takes Counter, Sum, Gauge, Histogram, Summary, Info, StateSet, SpanMetrics and other sets."
    )
    public static func buildExpression<Other>(_ other: Other) -> [any Metric] { [] }
    /// All parts.
    public static func buildBlock(_ parts: [any Metric]...) -> [any Metric] { parts.flatMap(\.self) }
    /// A part under a condition.
    public static func buildOptional(_ part: [any Metric]?) -> [any Metric] { part ?? [] }
    /// One of two parts.
    public static func buildEither(first: [any Metric]) -> [any Metric] { first }
    /// One of two parts.
    public static func buildEither(second: [any Metric]) -> [any Metric] { second }
    /// A part that is not there on all platforms.
    public static func buildLimitedAvailability(_ part: [any Metric]) -> [any Metric] { part }
    /// The parts of a loop.
    public static func buildArray(_ parts: [[any Metric]]) -> [any Metric] { parts.flatMap(\.self) }
}
