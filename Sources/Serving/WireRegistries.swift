import ConfigurationFile
import Ingest
import TelemetryMetrics

/// The registries of the sources whose samples have names.
struct WireRegistries: Sendable {
    let statsd: WireRegistry
    let carbon: WireRegistry

    init(store: MetricStore, _ configuration: Configuration) {
        statsd = WireRegistry(store: store, owner: .statsd, WireRegistry.Rules(configuration.statsd))
        carbon = WireRegistry(store: store, owner: .carbon, WireRegistry.Rules(configuration.carbon))
    }

    /// Takes over other rules and limits; metrics that stay the same keep their series.
    func change(to configuration: Configuration) {
        statsd.change(to: WireRegistry.Rules(configuration.statsd))
        carbon.change(to: WireRegistry.Rules(configuration.carbon))
    }
}

extension WireRegistry.Rules {
    /// Those of StatsD.
    init(_ configuration: StatsDConfiguration) {
        let mapping = NameMapping(configuration)
        self.init(
            limit: configuration.metricsLimit, labelsLimit: configuration.tagsLimit,
            dropsNames: mapping.dropsNames
        ) { mapping.target($0, $1) }
    }

    /// Those of Graphite's names.
    init(_ configuration: CarbonConfiguration) {
        let mapping = NameMapping(configuration)
        self.init(
            limit: configuration.metricsLimit, labelsLimit: configuration.tagsLimit,
            dropsNames: mapping.dropsNames
        ) { mapping.target($0, $1) }
    }
}
