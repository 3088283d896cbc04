#if Lifecycle
public import Exporting
import Telemetry
import TelemetryMetrics

extension Plugin {
    /// The states of services that are `observed(as:)`: which one each has, and how often it came to each.
    public static func lifecycle() -> Plugin {
        Plugin(
            "lifecycle", events: ServiceEvents.names,
            metrics: MetricSet {
                Gauge(
                    "service_state", "Whether a service has a state: 1 for the one it has, 0 for the others.",
                    of: ServiceEvents.flag, observing: { $0.isCurrent ? 1 : 0 },
                    labels: Label("service", \.service), Label("state", \.state)
                ).persistence(.none)
                Counter(
                    "service_state_changes_total", "How often a service came to a state.",
                    of: ServiceEvents.change, labels: Label("service", \.service), Label("state", \.state))
            })
    }
}
#endif
