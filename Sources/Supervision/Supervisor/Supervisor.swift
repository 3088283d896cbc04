import Synchronization

/// Starts children in order, restarts them when they fail, and stops them in reverse order, as OTP's supervisors do.
///
/// A supervisor runs while ``run()`` does, one run at a time; each run begins with the children given here. Its other
/// methods may be called from any task while it runs. They wait for the start or stop in progress. So a child must not
/// await one about itself, nor any before it is ready, unless it is prepared to be cancelled.
public final class Supervisor: Sendable {
    /// Names the supervisor in errors, and as a child of another supervisor.
    public let name: String
    private let strategy: RestartStrategy
    private let intensity: RestartIntensity
    private let autoShutdown: AutoShutdown
    private let children: [ChildSpec]
    private let clock: any Clock<Duration>
    private let observer: (any SupervisionObserver)?
    private let readiness = Readiness()
    private let mailbox = Mutex<Mailbox<SupervisorLoop.Message>?>(nil)

    /// Checks the children and settings; throws the first problem found.
    ///
    /// `clock` measures the intensity's period, shutdown timeouts and backoff.
    public convenience init(
        _ name: String,
        strategy: RestartStrategy = .oneForOne,
        intensity: RestartIntensity = RestartIntensity(),
        autoShutdown: AutoShutdown = .never,
        children: [ChildSpec],
        clock: any Clock<Duration> = ContinuousClock()
    ) throws(SupervisionError) {
        try self.init(
            name, strategy: strategy, intensity: intensity, autoShutdown: autoShutdown, children: children,
            clock: clock, observer: SupervisionEmitter())
    }

    /// The same with an observer of this supervisor's children, though not of those of nested supervisors.
    package init(
        _ name: String,
        strategy: RestartStrategy = .oneForOne,
        intensity: RestartIntensity = RestartIntensity(),
        autoShutdown: AutoShutdown = .never,
        children: [ChildSpec],
        clock: any Clock<Duration> = ContinuousClock(),
        observer: (any SupervisionObserver)?
    ) throws(SupervisionError) {
        guard intensity.isValid else { throw .invalidIntensity(intensity) }
        var ids: Set<String> = []
        for child in children {
            try child.check(autoShutdown: autoShutdown)
            guard ids.insert(child.id).inserted else { throw .duplicateChild(id: child.id) }
        }
        self.name = name
        self.strategy = strategy
        self.intensity = intensity
        self.autoShutdown = autoShutdown
        self.children = children
        self.clock = clock
        self.observer = observer
    }

    /// Runs the children until the calling task is cancelled, an automatic shutdown, or a failure.
    ///
    /// Returns, when nothing went wrong, after all children have ended. Throws
    /// ``SupervisionError/failedToStartChild(id:_:)``, ``SupervisionError/tooManyRestarts(id:last:_:)`` or
    /// ``SupervisionError/stuck(children:cause:)``; only stuck and brutally stopped children still run then.
    public func run() async throws(SupervisionError) {
        try await run(whenReady: {})
    }

    /// The same, calling `whenReady` once when all children of the initial start are up.
    @concurrent
    package func run(whenReady: @escaping @Sendable () -> Void) async throws(SupervisionError) {
        let mailbox = Mailbox<SupervisorLoop.Message>()
        try occupy(with: mailbox)
        defer { self.mailbox.withLock { $0 = nil } }
        let whenReady: @Sendable () -> Void = { [readiness] in
            readiness.isUp()
            whenReady()
        }
        let outcome = await withTaskCancellationHandler {
            var loop = SupervisorLoop(
                machine(), mailbox: mailbox, clock: clock, observer: observer, whenReady: whenReady)
            return await loop.run()
        } onCancel: {
            mailbox.send(.input(.stop))
        }
        do {
            try outcome.get()
        } catch {
            readiness.isOver(error)
            throw error
        }
        readiness.isOver(.notRunning(supervisor: name))
    }

    /// Waits until all children of the initial start are up, beginning with the next run where none is going on.
    ///
    /// Throws what a run throws that ends before, ``SupervisionError/notRunning(supervisor:)`` where that is stopped, or
    /// `CancellationError` when the caller is cancelled.
    public func waitUntilUp() async throws { try await readiness.wait() }

    func ask(_ message: (SupervisorLoop.Answer) -> SupervisorLoop.Message) async throws -> SupervisorReply {
        let (answers, answer) = AsyncStream<Result<SupervisorReply, SupervisionError>>.makeStream()
        guard let mailbox = mailbox.withLock({ $0 }), mailbox.send(message(answer)) else {
            throw SupervisionError.notRunning(supervisor: name)
        }
        for await result in answers { return try result.get() }
        throw CancellationError()
    }

    private func occupy(with new: Mailbox<SupervisorLoop.Message>) throws(SupervisionError) {
        let isFree = mailbox.withLock { mailbox in
            guard mailbox == nil else { return false }
            mailbox = new
            return true
        }
        guard isFree else { throw .alreadyRunning(supervisor: name) }
    }

    private func machine() -> SupervisorMachine {
        SupervisorMachine(
            name: name, strategy: strategy, intensity: intensity, autoShutdown: autoShutdown,
            children: children)
    }
}
