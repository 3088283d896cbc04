#if Logging
public import Exporting
import Logging
import Telemetry
import TelemetryMetrics

extension Plugin {
    /// How many messages an `ObservedLogHandler` passed on, by logger and level.
    public static func logging() -> Plugin {
        Plugin(
            "logging", events: LogEvents.names,
            metrics: MetricSet {
                Counter(
                    "log_messages_total", "Messages that were logged, by logger and level.",
                    of: LogEvents.message, labels: Label("logger", \.logger),
                    Label("level", { $0.level.rawValue }))
            })
    }
}
#endif
