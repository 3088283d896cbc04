import ConfigurationFile
import Ingest
import TelemetryMetrics

/// The registries of the sources whose samples have names.
struct WireRegistries: Sendable {
    let statsd: CurrentRegistry
    let carbon: CurrentRegistry

    init(store: MetricStore, _ configuration: Configuration) {
        statsd = CurrentRegistry(WireRegistry(store: store, NameMapping(configuration.statsd)))
        carbon = CurrentRegistry(WireRegistry(store: store, NameMapping(configuration.carbon)))
    }

    /// Takes over other rules and limits, with the metrics that stay the same.
    func change(to configuration: Configuration) {
        statsd.replace { WireRegistry(succeeding: $0, NameMapping(configuration.statsd)) }
        carbon.replace { WireRegistry(succeeding: $0, NameMapping(configuration.carbon)) }
    }
}

extension WireRegistry {
    /// The registry of names that stand for what `mapping` says.
    convenience init(store: MetricStore, _ mapping: NameMapping) {
        self.init(
            store: store, owner: mapping.owner, limit: mapping.metricsLimit, labelsLimit: mapping.labelsLimit
        ) { mapping.target($0, $1) }
    }

    /// The same, with the metrics of `old` that stay the same.
    convenience init(succeeding old: WireRegistry, _ mapping: NameMapping) {
        self.init(succeeding: old, limit: mapping.metricsLimit, labelsLimit: mapping.labelsLimit) {
            mapping.target($0, $1)
        }
    }
}
