#if NIO
import NIOCore
public import NIOPosix
import Synchronization
import Telemetry

/// Emits `EventLoopEvents.tick` for each round of the loops of one group.
///
/// SwiftNIO takes it only when the group is made:
///
/// ```swift
/// let group = MultiThreadedEventLoopGroup(numberOfThreads: 2, metricsDelegate: EventLoopTelemetry(group: "web"))
/// ```
///
/// Thread-safe; each tick takes one lock, for the length of a look-up.
public final class EventLoopTelemetry: NIOEventLoopMetricsDelegate {
    private let group: String
    private let numbers = Mutex<[ObjectIdentifier: Int]>([:])

    /// For the group of that name.
    public init(group: String) {
        self.group = group
    }

    /// Called by the event loop, in its thread.
    public func processedTick(info: NIOEventLoopTickInfo) {
        guard EventLoopEvents.tick.isObserved else { return }
        EventLoopEvents.tick.emit(
            eagerly: EventLoopEvents.Tick(
                group: group, loop: number(of: info.eventLoopID), tasks: info.numberOfTasks,
                duration: .nanoseconds((info.endTime - info.startTime).nanoseconds),
                sleep: .nanoseconds(info.sleepTime.nanoseconds)))
    }

    private func number(of loop: ObjectIdentifier) -> Int {
        numbers.withLock { numbers in
            if let number = numbers[loop] { return number }
            numbers[loop] = numbers.count
            return numbers.count - 1
        }
    }
}
#endif
