/// A metric's definition together with where its values come from.
public protocol Metric: Sendable {
    /// What is known of it before its first event.
    var definition: MetricDefinition { get set }
    /// Where its values come from.
    var source: MetricSource { get set }
}

/// The metrics of an application or a library.
///
/// ```swift
/// let metrics = MetricSet {
///     Counter("orders_total", "Orders completed.", of: Checkout.completed)
/// }
/// ```
public struct MetricSet: Sendable {
    /// In the order of definition.
    public let metrics: [any Metric]

    /// Takes the metrics that `build` lists.
    public init(@MetricSetBuilder _ build: () -> [any Metric]) {
        metrics = build()
    }

    /// Takes the metrics as they are.
    public init(_ metrics: [any Metric]) {
        self.metrics = metrics
    }

    /// The definitions of all metrics.
    public var definitions: [MetricDefinition] { metrics.map(\.definition) }
}
