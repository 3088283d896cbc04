package import TelemetryMetrics

/// Whether what collectors read before scrapes could be read; what could not is not on the page.
package struct CollectorSuccess: Sendable {
    private let family: Family

    /// Registers it in `store`.
    package init(store: MetricStore) throws(DefinitionErrors) {
        family = try store.register(
            MetricDefinition(
                .gauge, name: "heliograph_collector_success",
                help: "1 where a collector could read all that it shows; 0 where some of it is missing.",
                labels: ["collector"]), isInternal: true)
    }

    /// Notes whether a collector could read everything.
    package func note(_ isComplete: Bool, of collector: String) {
        family.replace(with: isComplete ? 1 : 0, labels: [collector])
    }
}

extension Family {
    /// Shows a value that exists elsewhere, or nothing where it can't be read.
    package func show(_ value: Double?, labels: [String] = []) {
        if let value { replace(with: value, labels: labels) } else { hide(labels: labels) }
    }
}
