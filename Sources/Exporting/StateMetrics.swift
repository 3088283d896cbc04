import Telemetry
import TelemetryMetrics

/// What became of the series of the process before.
enum StateMetrics {
    /// Registers them in `store`.
    static func register(in store: MetricStore) throws(DefinitionErrors) {
        let series = try store.register(
            MetricDefinition(
                .counter, name: "heliograph_state_series_total",
                help:
                    "Series found in the state of a process before: adopted, changed (their metric is another one now), broken, or cut (without memory for all that they held).",
                labels: ["result"]), isInternal: true)
        let mirror = MirroredCounts(series)
        let duration = try store.register(
            MetricDefinition(
                .gauge, name: "heliograph_state_adoption_seconds",
                help: "How long it took this process to go on with the series of the one before.",
                unit: .seconds), isInternal: true)
        let shown = LastShown<AdoptionOutcome>()
        store.addCollector { [weak store] in
            guard let outcome = store?.adoption else { return }
            shown.show(outcome) {
                let counts = [
                    "adopted": outcome.series, "changed": outcome.changed, "broken": outcome.broken,
                    "cut": outcome.cut,
                ]
                mirror.show(Dictionary(uniqueKeysWithValues: counts.map { ([$0.key], UInt64($0.value)) }))
                duration.replace(with: outcome.duration.inSeconds, labels: [])
            }
        }
    }
}
