import Synchronization

/// Supervises children that come and go while it runs, each by itself.
///
/// It is OTP's `simple_one_for_one` and Elixir's `DynamicSupervisor`: it begins without children, ids need not be unique, and a
/// child that ends for good leaves no spec behind. What differs:
///
/// - Children start, restart and stop at the same time, and callers of ``startChild(_:)`` don't wait for one another.
/// - A ``ChildHandle`` names a child through all its restarts, where a process identifier names one of its lives.
/// - There are no extra arguments: each ``startChild(_:)`` brings its whole spec. Children have its caller's task-local values.
/// - A child may ask for a ``Backoff``, and one that outlives its shutdown timeout is *stuck*, as Swift can't kill a task.
///
/// Events and metrics carry the ids of children: give all of one kind the same one.
///
/// Thread-safe. Nobody waits for a task of the supervisor: the children's own tasks and the callers decide under a short lock.
/// Its observer is therefore called from any task; what it learns of one child comes in order.
public final class DynamicSupervisor: Sendable {
    private struct Life {
        let stop = Promise<Void>()
        /// No child is left after the stop.
        let over = Promise<Void>()
    }

    private struct State {
        var children: DynamicChildren
        var life: Life?
    }

    /// Names the supervisor in errors and events, and as a child of another supervisor.
    public let name: String
    let observer: (any SupervisionObserver)?
    let clock: any Clock<Duration>
    let elapsed: @Sendable () -> Duration
    private let state: Mutex<State>
    private let readiness = Readiness()

    /// Checks the settings; nil sets no limit to the number of children.
    ///
    /// `clock` measures the intensity's period, shutdown timeouts and backoff.
    public convenience init(
        _ name: String, maxChildren: Int? = nil, intensity: RestartIntensity = RestartIntensity(),
        clock: any Clock<Duration> = ContinuousClock()
    ) throws(SupervisionError) {
        try self.init(
            name, maxChildren: maxChildren, intensity: intensity, clock: clock, observer: SupervisionEmitter()
        )
    }

    /// The same with an observer.
    package init(
        _ name: String, maxChildren: Int? = nil, intensity: RestartIntensity = RestartIntensity(),
        clock: any Clock<Duration> = ContinuousClock(), observer: (any SupervisionObserver)?
    ) throws(SupervisionError) {
        guard intensity.isValid else { throw .invalidIntensity(intensity) }
        if let maxChildren, maxChildren < 0 { throw .invalidMaxChildren(maxChildren) }
        self.name = name
        self.clock = clock
        self.observer = observer
        elapsed = clock.stopwatch()
        state = Mutex(
            State(children: DynamicChildren(name: name, maxChildren: maxChildren, intensity: intensity)))
    }

    /// Accepts and supervises children until the calling task is cancelled, or a failure; one run at a time.
    ///
    /// At its end it stops all children at once. Throws ``SupervisionError/tooManyRestarts(id:last:_:)`` or
    /// ``SupervisionError/stuck(children:cause:)``; only stuck and brutally stopped children still run then.
    public func run() async throws(SupervisionError) {
        try await run(whenReady: {})
    }

    /// The same, calling `whenReady` once children can be started.
    @concurrent
    package func run(whenReady: @Sendable () -> Void) async throws(SupervisionError) {
        let life = Life()
        let hasBegun = state.withLock { state in
            guard state.children.begin() else { return false }
            state.life = life
            return true
        }
        guard hasBegun else { throw .alreadyRunning(supervisor: name) }
        readiness.isUp()
        whenReady()
        await withTaskCancellationHandler {
            await life.stop.value()
        } onCancel: {
            life.stop.fulfil(())
        }
        await stopAll(life)
        readiness.isOver(.notRunning(supervisor: name))
        guard let error = state.withLock({ $0.children.finish() }) else { return }
        observer?.supervisorFailed(name, error: error)
        throw error
    }

    /// Waits until children can be started, for the next run where none is going on.
    ///
    /// Throws `CancellationError` when the caller is cancelled.
    public func waitUntilUp() async throws { try await readiness.wait() }

    /// Decides under the lock; a decision to fail stops the supervisor.
    func decide<Decision: Sendable, Failure: Error>(
        _ body: (inout DynamicChildren) throws(Failure) -> Decision
    ) throws(Failure) -> Decision {
        let (decision, failing) = try state.withLock { state throws(Failure) in
            let decision = try body(&state.children)
            return (decision, state.children.isStopping ? state.life : nil)
        }
        failing?.stop.fulfil(())
        return decision
    }

    /// To be called once for each child that was removed, when everybody who is to know does.
    func reportedRemoval() {
        let over = state.withLock { state in
            state.children.unreported -= 1
            return state.children.isOver ? state.life : nil
        }
        over?.over.fulfil(())
    }

    private func stopAll(_ life: Life) async {
        let (stops, isOver) = decide { ($0.stopAll(), $0.isOver) }
        if isOver { life.over.fulfil(()) }
        let timeouts = Set(stops.compactMap { perform($0, refusing: .notRunning(supervisor: name)) })
        let timers = timeouts.map { timeout in after(timeout) { self.areLate(timeout) } }
        await life.over.value()
        for timer in timers { timer.cancel() }
        for timer in timers { await timer.value }
    }
}
