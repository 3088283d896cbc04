#if Hummingbird
public import Exporting
import Telemetry
import TelemetryMetrics

/// What the metrics of Hummingbird are called.
public enum HummingbirdNames: Sendable {
    /// As OpenTelemetry's semantic conventions for HTTP have it: `http_server_request_duration_seconds` and others.
    case openTelemetry
    /// As Hummingbird's own `MetricsMiddleware` has it: `hb_requests_total`, `hb_request_errors_total`, and two as above.
    case hummingbird
}

/// What the label `http_response_status_code` says.
public enum StatusLabel: Sendable {
    /// The code, such as 404.
    case code
    /// The class only, such as `4xx`: fewer series.
    case `class`
}

extension Plugin {
    /// The metrics of what `TelemetryMiddleware` sees, by route template, method and status.
    ///
    /// Labels are bounded by what the application defines: a path without a route has the empty route, and methods that are
    /// none have `_OTHER`.
    public static func hummingbird(
        names: HummingbirdNames = .openTelemetry, status: StatusLabel = .code
    ) -> Plugin {
        let metrics: MetricSet
        switch names {
        case .openTelemetry: metrics = HTTPServerMetrics.byOpenTelemetry(status)
        case .hummingbird: metrics = HTTPServerMetrics.byHummingbird(status)
        }
        return Plugin("hummingbird", events: HTTPServerEvents.names, metrics: metrics)
    }
}
#endif
