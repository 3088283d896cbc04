public import ServiceLifecycle
public import Supervision

/// A supervisor as a service: a graceful shutdown stops its children, as a cancellation does.
public struct SupervisorService: Service {
    private let supervisor: Supervisor

    /// The service runs the supervisor.
    public init(_ supervisor: Supervisor) {
        self.supervisor = supervisor
    }

    /// Runs the children until a graceful shutdown, a cancellation, an automatic shutdown or a failure.
    ///
    /// Throws what the run of the supervisor throws; returns when the children were stopped.
    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await supervisor.run()
        }
    }
}
