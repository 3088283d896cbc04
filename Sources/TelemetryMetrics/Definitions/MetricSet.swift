import Synchronization

/// A metric's definition together with where its values come from.
public protocol Metric: Sendable {
    /// What is known of it before its first event.
    var definition: MetricDefinition { get set }
    /// Where its values come from.
    var source: MetricSource { get set }
}

/// Where a metric's values come from: an event, or a function that is asked before every scrape.
public struct MetricSource: Sendable {
    let binding: (any MetricBinding)?
    let read: (@Sendable () -> Double?)?
    /// Shows what comes neither from events nor from a function that gives one number.
    var show: (@Sendable (Family, MetricStore) -> Void)?

    @usableFromInline
    init(_ binding: any MetricBinding) {
        self.binding = binding
        read = nil
    }

    init(reading read: @escaping @Sendable () -> Double?) {
        binding = nil
        self.read = read
    }

    init(showing show: @escaping @Sendable (Family, MetricStore) -> Void) {
        binding = nil
        read = nil
        self.show = show
    }

    /// Whether it is a total that exists elsewhere, so that its first value is no growth.
    var isReading: Bool { read != nil }

    /// Has the function asked before every scrape from now on.
    func start(_ family: Family, _ store: MetricStore) {
        show?(family, store)
        guard let read else { return }
        if family.definition.persistence == .kept, family.definition.isCounter {
            return startGrowing(family, store, read)
        }
        add(family, store) {
            // A figure that there is not may not stay as it was.
            guard let value = read() else {
                family.hide(labels: [])
                return false
            }
            // Of a definition whose units can't be converted there is no family.
            let converted = value * (family.definition.conversionFactor ?? 1)
            guard converted.isFinite || !value.isFinite else {
                family.hide(labels: [])
                family.reject(.overflow)
                return false
            }
            family.replace(with: converted, labels: [])
            return true
        }
    }
}

extension MetricSource {
    /// The exporter's own functions never block.
    private func add(_ family: Family, _ store: MetricStore, _ collect: @escaping @Sendable () -> Bool) {
        guard family.isInternal else { return store.addCollector(of: family, collect) }
        store.addCollector { _ = collect() }
    }

    /// Has what the function's total grows by added before every scrape to what there was in processes before.
    private func startGrowing(
        _ family: Family, _ store: MetricStore, _ read: @escaping @Sendable () -> Double?
    ) {
        let last = Mutex(0.0)
        add(family, store) {
            guard let value = read() else { return false }
            let converted = value * (family.definition.conversionFactor ?? 1)
            guard converted.isFinite, converted >= 0 else {
                family.reject(converted < 0 ? .negative : value.isFinite ? .overflow : .notFinite)
                return false
            }
            last.withLock { last in
                // A total that shrank began anew.
                family.add(amount: converted < last ? converted : converted - last, labels: [])
                last = converted
            }
            return true
        }
    }
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

/// Collects metrics and sets of metrics.
@resultBuilder
public enum MetricSetBuilder {
    /// One metric.
    public static func buildExpression(_ metric: any Metric) -> [any Metric] { [metric] }
    /// All metrics of another set.
    public static func buildExpression(_ set: MetricSet) -> [any Metric] { set.metrics }
    /// All parts.
    public static func buildBlock(_ parts: [any Metric]...) -> [any Metric] { parts.flatMap(\.self) }
    /// A part under a condition.
    public static func buildOptional(_ part: [any Metric]?) -> [any Metric] { part ?? [] }
    /// One of two parts.
    public static func buildEither(first: [any Metric]) -> [any Metric] { first }
    /// One of two parts.
    public static func buildEither(second: [any Metric]) -> [any Metric] { second }
    /// The parts of a loop.
    public static func buildArray(_ parts: [[any Metric]]) -> [any Metric] { parts.flatMap(\.self) }
}
