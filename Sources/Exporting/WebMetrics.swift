import Telemetry
import TelemetryMetrics
import WebAccess

/// Metrics of the web configuration file: requests that it refused, and the reloads of the file itself.
struct WebMetrics: Sendable {
    private let refused: Family
    private let isSuccessful: Family
    private let time: Family
    private let certificateEnd: Family

    /// Registers them in `store`; without a web configuration file only refusals have series, at zero.
    init(store: MetricStore) throws(DefinitionErrors) {
        func gauge(_ name: String, _ help: String) throws(DefinitionErrors) -> Family {
            try store.register(MetricDefinition(.gauge, name: name, help: help), isInternal: true)
        }
        refused = try store.register(
            MetricDefinition(
                .counter, name: "heliograph_http_refused_requests_total",
                help: "HTTP requests refused by the web configuration file, by cause.", labels: ["cause"]),
            isInternal: true)
        for cause in RefusalCause.allCases { _ = refused.handle(labels: [cause.rawValue]) }
        isSuccessful = try gauge(
            "heliograph_web_config_last_reload_successful",
            "Whether the last attempt to load the web configuration file succeeded.")
        time = try gauge(
            "heliograph_web_config_last_reload_success_timestamp_seconds",
            "When the web configuration file was last loaded, since the Unix epoch.")
        certificateEnd = try gauge(
            "heliograph_web_certificate_not_after_timestamp_seconds",
            "When the first of the certificates served ends, since the Unix epoch.")
    }

    /// Notes a request that was refused.
    func noteRefusal(_ cause: RefusalCause) { refused.add(1, labels: [cause.rawValue]) }

    /// Notes that what the file says is in use, with the end of its certificate.
    func loaded(certificateEnd end: Double?) {
        isSuccessful.replace(with: 1, labels: [])
        time.replace(with: SystemTime.now.inSeconds.rounded(), labels: [])
        if let end {
            certificateEnd.replace(with: end, labels: [])
        } else {
            _ = certificateEnd.remove(labels: [])
        }
    }

    /// Notes an attempt that changed nothing.
    func refusedReload() { isSuccessful.replace(with: 0, labels: []) }
}
