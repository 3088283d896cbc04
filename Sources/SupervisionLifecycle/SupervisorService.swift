public import ServiceLifecycle
public import Supervision

/// A supervisor as a service: a graceful shutdown stops its children, as a cancellation does.
public struct SupervisorService: Service {
    private let supervise: @Sendable () async throws -> Void

    /// The service runs the supervisor.
    public init(_ supervisor: Supervisor) { supervise = { try await supervisor.run() } }

    /// The service runs the supervisor, which begins without children.
    public init(_ supervisor: DynamicSupervisor) { supervise = { try await supervisor.run() } }

    /// The service runs the supervisor, which begins without tasks.
    public init(_ supervisor: TaskSupervisor) { supervise = { try await supervisor.run() } }

    /// Runs the children until a graceful shutdown, a cancellation, an automatic shutdown or a failure.
    ///
    /// Throws what the run of the supervisor throws; returns when the children were stopped.
    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await supervise()
        }
    }
}
