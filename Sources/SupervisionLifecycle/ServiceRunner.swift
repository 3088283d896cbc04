import Logging
import ServiceLifecycle
import Supervision

/// Runs one service once, in a group of its own: only a group can shut a service down gracefully.
struct ServiceRunner: Sendable {
    private enum Ending {
        case ended
        case outOfGrace
    }

    private let group: ServiceGroup
    private let grace: Duration
    private let clock: any Clock<Duration>

    init(
        _ service: any Service, named name: String, grace: Duration, clock: any Clock<Duration>,
        logger: Logger
    ) {
        let service = ServiceGroupConfiguration.ServiceConfiguration(
            service: service, successTerminationBehavior: .gracefullyShutdownGroup, serviceName: name)
        group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [service], logger: logger))
        self.grace = grace
        self.clock = clock
    }

    /// Makes a cancellation of this task a graceful shutdown, then a cancellation.
    func run() async throws {
        let (stops, stop) = AsyncStream<Never>.makeStream()
        // Detached, since a child task would be cancelled along, and since a task that inherits the shutdown of a group
        // around the supervisor would stop before its turn.
        let run = Task.detached { try await runUntil(stops) }
        try await withTaskCancellationHandler {
            try await run.value
        } onCancel: {
            stop.finish()
        }
    }

    private func runUntil(_ stops: AsyncStream<Never>) async throws {
        try await withThrowingTaskGroup(of: Ending.self) { tasks in
            tasks.addTask {
                try await group.run()
                return .ended
            }
            tasks.addTask {
                for await _ in stops {}
                await group.triggerGracefulShutdown()
                try? await clock.sleep(upTo: grace)
                return .outOfGrace
            }
            while let ending = try await tasks.next() {
                tasks.cancelAll()
                if ending == .ended { return }
            }
        }
    }
}
