#if Tracing
public import Exporting
import Telemetry
import TelemetryMetrics
import Tracing

extension Plugin {
    /// Durations of the spans of an `ObservedTracer`, by operation, kind and outcome, with exemplars that name their traces.
    ///
    /// Past `seriesLimit`, new label sets fall into one overflow series. Exemplars need a tracer that injects `traceparent`.
    public static func tracing(seriesLimit: Int = 1000) -> Plugin {
        Plugin(
            "tracing", events: TracingEvents.names,
            metrics: MetricSet {
                Histogram(
                    "span_duration_seconds",
                    "Time from the start of a span to its end, by operation, kind and outcome.",
                    of: TracingEvents.stop, observing: \.duration,
                    labels: Label("operation", \.operation), Label("kind", { $0.kind.name }),
                    Label("outcome", \.outcome)
                ).seriesLimit(seriesLimit)
            })
    }
}

extension SpanKind {
    /// As OpenTelemetry calls it.
    fileprivate var name: StaticString {
        switch self {
        case .server: "server"
        case .client: "client"
        case .producer: "producer"
        case .consumer: "consumer"
        case .internal: "internal"
        }
    }
}
#endif
