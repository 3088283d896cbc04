import ConfigurationFile
import StatsD

extension StatsDParser {
    /// A parser of the tags that the configuration speaks of.
    init(_ configuration: StatsDConfiguration) {
        self.init(
            styles: TagStyles(configuration.tagStyles.map { TagStyles($0) }),
            bareTags: configuration.bareTags == .drop ? .drop : .label)
    }
}

extension TagStyles {
    fileprivate init(_ style: StatsDConfiguration.TagStyle) {
        self =
            switch style {
            case .dogstatsd: .dogStatsD
            case .influxdb: .influxDB
            case .librato: .librato
            case .signalfx: .signalFX
            }
    }
}
