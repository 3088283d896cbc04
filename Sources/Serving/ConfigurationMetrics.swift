import Telemetry
import TelemetryMetrics

/// Whether the last reload of the configuration worked, and when one last did.
struct ConfigurationMetrics: Sendable {
    private let isSuccessful: SeriesHandle?
    private let time: SeriesHandle?

    init(store: MetricStore) throws(DefinitionErrors) {
        func gauge(_ name: String, _ help: String) throws(DefinitionErrors) -> SeriesHandle? {
            try store.register(MetricDefinition(.gauge, name: name, help: help), isInternal: true)
                .handle(labels: [])
        }
        isSuccessful = try gauge(
            "heliograph_config_last_reload_successful",
            "Whether the last attempt to load the configuration succeeded.")
        time = try gauge(
            "heliograph_config_last_reload_success_timestamp_seconds",
            "When the configuration was last loaded, since the Unix epoch.")
    }

    /// Notes an attempt.
    func loaded(successfully: Bool) {
        isSuccessful?.record(successfully ? 1 : 0)
        if successfully { time?.record(SystemTime.now.inSeconds.rounded()) }
    }
}
