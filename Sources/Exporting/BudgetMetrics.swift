import TelemetryMetrics

/// What all series and names take together, beside the limits.
enum BudgetMetrics {
    /// Registers them in `store`; returns the ids of the handlers.
    static func register(in store: MetricStore, id: String) throws(DefinitionErrors) -> [String] {
        let refused = try store.register(
            MetricDefinition(
                .counter, name: "heliograph_budget_refused_total",
                help:
                    "New label sets and names, and observations in new buckets, that a limit of all metrics refused.",
                labels: ["limit"]), isInternal: true)
        let mirror = MirroredCounts(refused)
        let shown = LastShown<[UInt64]>()
        let limits = StoreLimits.Name.allCases
        store.addCollector { [weak store] in
            guard let store else { return }
            let counts = limits.map { store.budget.refusals(by: $0) }
            shown.show(counts) {
                mirror.show(Dictionary(uniqueKeysWithValues: zip(limits.map { [$0.rawValue] }, counts)))
            }
        }
        return try gauges(store.budget).register(in: store, id: id, isInternal: true)
    }

    private static func gauges(_ budget: StoreBudget) -> MetricSet {
        MetricSet {
            Gauge("heliograph_memory_used_bytes", "Memory that series and names take.") { [weak budget] in
                budget?.memory
            }
            Gauge("heliograph_memory_limit_bytes", "Memory that series and names may take.") {
                [weak budget] in
                budget?.limits.memory
            }
            Gauge("heliograph_samples", "Samples on a page, those with long labels several times.") {
                [weak budget] in budget?.samples
            }
            Gauge("heliograph_samples_limit", "Samples that may be on a page.") { [weak budget] in
                budget?.limits.samples
            }
        }
    }
}
