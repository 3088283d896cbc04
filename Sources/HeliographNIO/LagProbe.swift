#if NIO
import NIOCore
import TelemetryMetrics
import Telemetry

/// Measures how long the loops of a group leave a task waiting.
enum LagProbe {
    /// A poll that gives each loop an empty task.
    static func poll(of group: any EventLoopGroup, named name: String, every period: Duration) -> Poll {
        Poll("nio_lag_\(name)", every: period) {
            for loop in group.makeIterator() {
                let submitted = ContinuousClock.now
                // The loop's own time: how long this task takes to hear of it is not the loop's.
                let ran = try await loop.submit { ContinuousClock.now }.get()
                EventLoopEvents.lag.emit(.init(group: name, lag: ran - submitted))
            }
        }
    }
}
#endif
