#if AsyncHTTPClient
public import Exporting
import Telemetry
import TelemetryMetrics

extension Plugin {
    /// The metrics of what `ObservedHTTPClient` sends, by method, host, and status or kind of failure.
    ///
    /// Past `seriesLimit`, new label sets fall into one overflow series: which hosts there are may come from outside.
    public static func httpClient(seriesLimit: Int = 1000) -> Plugin {
        Plugin(
            "http_client", events: HTTPClientEvents.names,
            metrics: MetricSet {
                Histogram(
                    "http_client_request_duration_seconds",
                    "Time from a request to the head of its response, by method, host, and status or error.",
                    of: HTTPClientEvents.stop, observing: \.duration,
                    buckets: [
                        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
                    ],
                    labels: Label("http_request_method", \.method), Label("server_address", \.host),
                    Label("http_response_status_code", \.status), Label("error_type", \.failure)
                ).seriesLimit(seriesLimit)
            })
    }
}
#endif
