/// Supervises tasks that are started, awaited and streamed, as Elixir's `Task.Supervisor` does.
///
/// It is a ``DynamicSupervisor`` whose children are done once they return. A task that throws is an abnormal end of a child: an
/// event, a metric, a line in the log. Unless told otherwise it is not started again.
///
/// Thread-safe.
public final class TaskSupervisor: Sendable {
    /// What a stream does about a task that takes too long.
    public enum TimeoutPolicy: Sendable, Equatable {
        /// The stream throws ``TaskTimeout`` and ends all of its tasks.
        case exit
        /// The task is cancelled; its result is a failure with ``TaskTimeout``, and the stream goes on.
        case killTask
    }

    let children: DynamicSupervisor

    /// Checks the settings; nil sets no limit to the number of tasks.
    ///
    /// `clock` measures all timeouts.
    public init(
        _ name: String, maxChildren: Int? = nil, intensity: RestartIntensity = RestartIntensity(),
        clock: any Clock<Duration> = ContinuousClock()
    ) throws(SupervisionError) {
        children = try DynamicSupervisor(name, maxChildren: maxChildren, intensity: intensity, clock: clock)
    }

    package init(
        _ name: String, maxChildren: Int? = nil, intensity: RestartIntensity = RestartIntensity(),
        clock: any Clock<Duration>, observer: (any SupervisionObserver)?
    ) throws(SupervisionError) {
        children = try DynamicSupervisor(
            name, maxChildren: maxChildren, intensity: intensity, clock: clock, observer: observer)
    }

    /// Names the supervisor in errors and events, and as a child of another supervisor.
    public var name: String { children.name }

    /// Accepts tasks until the calling one is cancelled, or a failure; at its end it stops all of them at once.
    ///
    /// Throws what ``DynamicSupervisor/run()`` does.
    public func run() async throws(SupervisionError) {
        try await children.run()
    }

    /// Waits until tasks can be started, as ``DynamicSupervisor/waitUntilUp()`` does.
    public func waitUntilUp() async throws { try await children.waitUntilUp() }

    /// Starts a task that nobody awaits.
    ///
    /// Throws ``SupervisionError/notRunning(supervisor:)`` or ``SupervisionError/maxChildren(_:)``, as all that start tasks.
    @discardableResult
    public func startChild(
        _ id: String = "task", restart: RestartPolicy = .temporary,
        shutdown: ChildShutdown = .timeout(.seconds(5)), backoff: Backoff? = nil,
        _ body: @escaping @Sendable () async throws -> Void
    ) throws(SupervisionError) -> ChildHandle {
        try children.start(
            ChildSpec(id, restart: restart, shutdown: shutdown, backoff: backoff, run: body), whenUp: nil)
    }

    /// Starts a task that is linked to who awaits it; see ``SupervisedTask``.
    public func async<Success: Sendable>(
        _ id: String = "task", shutdown: ChildShutdown = .timeout(.seconds(5)),
        _ body: @escaping @Sendable () async throws -> Success
    ) throws(SupervisionError) -> SupervisedTask<Success> {
        try start(id, shutdown, isLinked: true, body)
    }

    /// Starts a task that goes on whether somebody awaits it or not; see ``SupervisedTask``.
    public func asyncNoLink<Success: Sendable>(
        _ id: String = "task", shutdown: ChildShutdown = .timeout(.seconds(5)),
        _ body: @escaping @Sendable () async throws -> Success
    ) throws(SupervisionError) -> SupervisedTask<Success> {
        try start(id, shutdown, isLinked: false, body)
    }

    /// Stops a task and waits for its end; throws what ``DynamicSupervisor/terminateChild(_:)`` does.
    public func terminateChild(_ child: ChildHandle) async throws {
        try await children.terminateChild(child)
    }

    /// The tasks that run, in no particular order; throws ``SupervisionError/notRunning(supervisor:)``.
    public func whichChildren() throws(SupervisionError) -> [(child: ChildHandle, info: ChildInfo)] {
        try children.whichChildren()
    }

    /// How many tasks run; throws ``SupervisionError/notRunning(supervisor:)``.
    public func countChildren() throws(SupervisionError) -> ChildCounts {
        try children.countChildren()
    }

    private func start<Success: Sendable>(
        _ id: String, _ shutdown: ChildShutdown, isLinked: Bool,
        _ body: @escaping @Sendable () async throws -> Success
    ) throws(SupervisionError) -> SupervisedTask<Success> {
        let outcome = TaskOutcome<Success>()
        let spec = ChildSpec(id, restart: .temporary, shutdown: shutdown) {
            do {
                outcome.promise.fulfil(.success(try await body()))
            } catch {
                outcome.promise.fulfil(.failure(error))
                throw error
            }
        }
        let child = try children.start(spec, whenUp: nil, whenAbandoned: outcome)
        return SupervisedTask(child, outcome, children, isLinked: isLinked)
    }
}
