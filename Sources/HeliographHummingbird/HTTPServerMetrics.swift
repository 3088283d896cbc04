#if Hummingbird
import Telemetry
import TelemetryMetrics

/// The metrics of `HTTPServerEvents`.
enum HTTPServerMetrics {
    private typealias Ended = HTTPServerEvents.Ended

    /// By the names of OpenTelemetry's semantic conventions.
    static func byOpenTelemetry(_ status: StatusLabel) -> MetricSet {
        let method = methodLabel
        let route = routeLabel
        let status = statusLabel(status)
        let sizes = Buckets.exponential(start: 64, factor: 8, count: 8)
        return MetricSet {
            duration(method, route, status)
            active
            Histogram(
                "http_server_request_body_size_bytes",
                "Size of request bodies by their Content-Length, by method, route and status.",
                of: HTTPServerEvents.stop, observing: \.requestBodySize, in: .bytes, buckets: sizes,
                labels: method, route, status
            ).ignoringMissing()
            Histogram(
                "http_server_response_body_size_bytes",
                "Bytes of response bodies that were sent, by method, route and status.",
                of: HTTPServerEvents.stop, observing: \.responseBodySize, in: .bytes, buckets: sizes,
                labels: method, route, status
            ).ignoringMissing()
            Histogram(
                "http_server_time_to_first_byte_seconds",
                "Time from a request to the head of its response, by method, route and status.",
                of: HTTPServerEvents.stop, observing: \.timeToFirstByte, buckets: durations, labels: method,
                route, status
            ).ignoringMissing()
            Counter(
                "http_server_requests_broken_total",
                "Requests whose handler or response did not come to its end, by method, route and outcome.",
                of: HTTPServerEvents.stop, filter: .keep { $0.outcome != .completed },
                labels: method, route, Label("outcome", \Ended.outcome))
        }
    }

    /// By the names of Hummingbird's own metrics.
    static func byHummingbird(_ status: StatusLabel) -> MetricSet {
        let method = methodLabel
        let route = routeLabel
        let code = statusLabel(status)
        return MetricSet {
            duration(method, route, code)
            active
            Counter(
                "hb_requests_total", "Requests that were answered, by method, route and status.",
                of: HTTPServerEvents.stop, labels: method, route, code)
            Counter(
                "hb_request_errors_total", "Requests that ended with an error, by method, route and status.",
                of: HTTPServerEvents.stop,
                filter: .keep { $0.outcome != .completed || $0.responseBodySize == nil },
                labels: method, route, statusLabel(status, "error_type"))
        }
    }

    private static func duration(
        _ method: Label<Ended>, _ route: Label<Ended>, _ status: Label<Ended>
    ) -> Histogram {
        Histogram(
            "http_server_request_duration_seconds",
            "Time from a request to the last byte of its response, by method, route and status.",
            of: HTTPServerEvents.stop, observing: \.duration, buckets: durations,
            labels: method, route, status)
    }

    private static var active: Gauge {
        Gauge(
            "http_server_active_requests", "Requests that are being answered, by method.",
            label: "http_request_method"
        ) { ActiveRequests.byMethod }
    }

    /// The boundaries that the semantic conventions ask for.
    private static let durations: Buckets = [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]

    private static var methodLabel: Label<Ended> { Label("http_request_method", \Ended.method) }
    private static var routeLabel: Label<Ended> { Label("http_route", \Ended.route) }

    private static func statusLabel(
        _ status: StatusLabel, _ name: String = "http_response_status_code"
    ) -> Label<Ended> {
        switch status {
        case .code: Label(name, \Ended.status)
        case .class:
            .writing(
                name,
                { ended, writer in
                    guard let statusClass = ended.statusClass else { return }
                    writer.append(statusClass)
                    writer.append("xx" as StaticString)
                })
        }
    }
}
#endif
