#if NIO
public import Exporting
public import NIOCore
import Telemetry
import TelemetryMetrics

extension Plugin {
    /// The event loops of SwiftNIO: ticks, tasks, and how long loops work, sleep and leave tasks waiting.
    ///
    /// Ticks are those of groups that were made with an `EventLoopTelemetry`. Lag is measured in the groups of `probing`, by the name
    /// that each is to have, while the exporter runs: each loop gets one empty task every `period`.
    public static func nio(
        probing groups: [String: any EventLoopGroup] = [:], every period: Duration = .seconds(1)
    ) -> Plugin {
        Plugin(
            "nio", events: EventLoopEvents.names, metrics: metricsOfLoops,
            polls: groups.sorted { $0.key < $1.key }.map {
                LagProbe.poll(of: $0.value, named: $0.key, every: period)
            })
    }

    private static var metricsOfLoops: MetricSet {
        let group = Label("group", \EventLoopEvents.Tick.group)
        let loop = Label("loop", \EventLoopEvents.Tick.loop)
        let boundaries = Buckets.exponential(start: 0.000_01, factor: 10, count: 7)
        return MetricSet {
            Counter(
                "nio_event_loop_ticks_total", "Rounds of event loops.", of: EventLoopEvents.tick,
                labels: group, loop)
            Sum(
                "nio_event_loop_tasks_total", "Tasks that event loops ran.", of: EventLoopEvents.tick,
                adding: \.tasks, labels: group, loop)
            Histogram(
                "nio_event_loop_tick_duration_seconds", "Time that one round of an event loop took.",
                of: EventLoopEvents.tick, observing: \.duration, buckets: boundaries,
                labels: group, loop)
            Sum(
                "nio_event_loop_sleep_seconds_total", "Time that event loops slept.",
                of: EventLoopEvents.tick, adding: \.sleep, labels: group, loop)
            Histogram(
                "nio_event_loop_lag_seconds", "Time that a task waited until its event loop ran it.",
                of: EventLoopEvents.lag, observing: \.lag, buckets: boundaries,
                labels: Label("group", \.group))
        }
    }
}
#endif
