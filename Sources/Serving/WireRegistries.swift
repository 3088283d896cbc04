import ConfigurationFile
import Ingest
import TelemetryMetrics

/// The registries of the sources whose samples have names.
struct WireRegistries: Sendable {
    let statsd: WireRegistry
    let carbon: WireRegistry

    init(store: MetricStore, _ configuration: Configuration) {
        statsd = WireRegistry(
            store: store, owner: .statsd,
            WireRegistry.Rules(configuration.statsd, configuration.global.nameValidation))
        carbon = WireRegistry(
            store: store, owner: .carbon,
            WireRegistry.Rules(configuration.carbon, configuration.global.nameValidation))
    }

    /// Takes over other rules and limits; metrics that stay the same keep their series.
    func change(to configuration: Configuration) {
        statsd.change(to: WireRegistry.Rules(configuration.statsd, configuration.global.nameValidation))
        carbon.change(to: WireRegistry.Rules(configuration.carbon, configuration.global.nameValidation))
    }
}

extension WireRegistry.Rules {
    /// Those of StatsD.
    init(_ configuration: StatsDConfiguration, _ names: NameValidation) {
        let mapping = NameMapping(configuration, names)
        self.init(
            limit: configuration.metricsLimit, labelsLimit: configuration.tagsLimit,
            dropsNames: mapping.dropsNames
        ) { mapping.target($0, $1) }
    }

    /// Those of Graphite's names.
    init(_ configuration: CarbonConfiguration, _ names: NameValidation) {
        let mapping = NameMapping(configuration, names)
        self.init(
            limit: configuration.metricsLimit, labelsLimit: configuration.tagsLimit,
            dropsNames: mapping.dropsNames
        ) { mapping.target($0, $1) }
    }
}
