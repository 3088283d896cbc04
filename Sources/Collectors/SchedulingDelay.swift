package import TelemetryMetrics

/// How late tasks start: what they wait for a thread of Swift's pool, the counterpart of the BEAM's run queue.
///
/// It grows when tasks block their threads, or when there is more work than processors. It counts from when a timer was
/// due, so that a pool that is stuck for a second shows as such, and includes what timers are late on an idle machine.
package enum SchedulingDelay {
    private static let name = "swift_runtime_scheduling_delay"

    /// Starts a task at every tick.
    package static let poll = Poll(name, every: .seconds(1), timeout: .seconds(60)) {}

    /// What is made of its delays.
    package static var metrics: MetricSet {
        MetricSet {
            Summary(
                "swift_runtime_scheduling_delay_seconds",
                "How late tasks started on the pool of threads for tasks, sampled once a second.",
                of: PollerEvents.success, observing: \.delay, quantiles: [0.5, 0.9, 0.99, 1],
                filter: .keep { $0.poll == name })
        }
    }
}
