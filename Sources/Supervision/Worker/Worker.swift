import Synchronization

/// A state that one task owns, which does with it what others send, one thing after the other: a GenServer.
///
/// What is sent are closures, so each call has a type of its own. While one of them awaits, the next one waits; in this it
/// differs from an actor, which takes up the next call meanwhile. It also differs in that its mailbox has a limit, that a
/// call times out, and that who waits for a worker that has failed is told so at once. Where none of that is needed, an
/// actor is simpler and faster.
///
/// It runs as a child of a supervisor, `ChildSpec(worker)`, or while ``run()`` does. Each run begins with a new state.
///
/// Thread-safe.
public final class Worker<State>: Sendable {
    /// Does something with the state; in the task of the worker, which is cancelled when it is stopped.
    public typealias Body = @Sendable (inout State) async throws -> Void

    private enum Life {
        case idle(last: ChildEnd?)
        case running(WorkerRun)
        case restarting(after: ChildEnd)
    }

    private struct Condition {
        var life = Life.idle(last: nil)
        /// The run that has not returned nor was cancelled; when it was stopped it may still have a message in hand.
        var present: WorkerRun?
        var hasBeenUp = false
    }

    /// Names the worker in errors, and as a child.
    public let name: String
    /// How many messages may wait for it.
    public let mailboxLimit: MailboxLimit
    private let clock: any Clock<Duration>
    private let start: @Sendable (Worker) async throws -> State
    private let terminate: @Sendable (inout State, ChildEnd) async -> Void
    private let condition = Mutex(Condition())
    let dropped = Atomic(0)

    /// A worker that does not run yet.
    ///
    /// - Parameters:
    ///   - clock: what timeouts and ``send(after:_:)`` go by.
    ///   - start: makes the state of a run. What is sent meanwhile waits. Throwing is a failed start.
    ///   - terminate: the last thing that is done with a state, whichever way the worker ends; its task is cancelled then
    ///     if the worker was stopped.
    public init(
        _ name: String,
        mailbox: MailboxLimit = MailboxLimit(1024),
        clock: any Clock<Duration> = ContinuousClock(),
        start: @escaping @Sendable (Worker) async throws -> State,
        terminate: @escaping @Sendable (inout State, ChildEnd) async -> Void = { _, _ in }
    ) {
        self.name = name
        mailboxLimit = mailbox
        self.clock = clock
        self.start = start
        self.terminate = terminate
    }

    /// Runs until the task is cancelled, ``stop(throwing:)``, or a failure.
    ///
    /// Throws ``WorkerError/alreadyRunning(worker:)``, what `start` throws, or what anything but a call throws: that is
    /// its failure. What a call throws is the answer to its caller, and the worker goes on. Waits first for a run that
    /// ``stop(throwing:)`` has ended and that has something in hand, though not for one whose task was cancelled.
    public func run() async throws {
        try await run(restart: .temporary, whenReady: {})
    }

    /// The same under a supervisor with that policy, calling `whenReady` once there is a state.
    @concurrent
    func run(restart: RestartPolicy, whenReady: @Sendable () -> Void) async throws {
        let run = WorkerRun(mailboxLimit, clock, restart: restart)
        while let former = try occupy(with: run) { try await former.over.valueUnlessCancelled() }
        defer { leave(run) }
        let end = await withTaskCancellationHandler {
            await WorkerRun.$current.withValue(run) { await live(run, whenReady) }
        } onCancel: {
            finish(run, .stopped)
            // Whoever cancels a run waits for it, or has given it up.
            leave(run)
        }
        await run.timers.finish()
        if case .failed(let failure) = end { throw failure.error }
    }

    private func live(_ run: WorkerRun, _ whenReady: @Sendable () -> Void) async -> ChildEnd {
        var state: State
        do {
            state = try await start(self)
        } catch {
            return conclude(run, ChildFailure(error))
        }
        condition.withLock { $0.hasBeenUp = true }
        whenReady()
        var failure: ChildFailure?
        do {
            while let message = await run.mailbox.next() {
                // Nothing else is put into the mailbox of this worker.
                guard let body = message.content as? WorkerBody<State> else { continue }
                try await body.run(&state)
            }
        } catch {
            failure = ChildFailure(error)
        }
        let end = conclude(run, failure)
        await terminate(&state, end)
        return end
    }

    /// Has whoever waits told, before the worker terminates.
    private func conclude(_ run: WorkerRun, _ failure: ChildFailure?) -> ChildEnd {
        let end =
            switch run.mailbox.end {
            case .stopped?: ChildEnd(whileStopping: failure)
            case let told?: failure.map(ChildEnd.failed) ?? told
            case nil: ChildEnd(byItself: failure)
            }
        finish(run, end)
        return end
    }

    /// Has a run end after the message in hand, and tells those that it does not come to.
    func finish(_ run: WorkerRun, _ end: ChildEnd) {
        condition.withLock { condition in
            guard case .running(let current) = condition.life, current === run else { return }
            let isRestarted = condition.hasBeenUp && run.isRestarted(after: end)
            condition.life = isRestarted ? .restarting(after: end) : .idle(last: end)
        }
        guard let left = run.mailbox.close(end) else { return }
        for message in left { message.sender?.fail(WorkerError.ended(worker: name, end)) }
        // A sender that was told before that there is room learns nothing.
        dropped.add(left.count { $0.sender?.hasFailed != true }, ordering: .relaxed)
    }

    /// Tries with the present run, and again with the next one where it ended meanwhile, for which `body` returns nil.
    ///
    /// A run is replaced before its mailbox and timers are closed, so this ends.
    func onCurrentRun<Result>(
        _ body: (WorkerRun) throws(WorkerError) -> Result?
    ) throws(WorkerError) -> Result {
        while true {
            if let result = try body(currentRun()) { return result }
        }
    }

    /// The run that takes messages.
    func currentRun() throws(WorkerError) -> WorkerRun {
        switch condition.withLock({ $0.life }) {
        case .running(let run): return run
        case .idle(let last): throw .notRunning(worker: name, last: last)
        case .restarting(let end): throw .restarting(worker: name, after: end)
        }
    }

    /// Returns the run that has to return first, if there is one.
    private func occupy(with run: WorkerRun) throws(WorkerError) -> WorkerRun? {
        let (isRunning, former) = condition.withLock { condition in
            if case .running = condition.life { return (true, WorkerRun?.none) }
            if let former = condition.present { return (former.isCurrent, former) }
            condition.life = .running(run)
            condition.present = run
            return (false, nil)
        }
        // What a run itself awaits would wait for ever.
        if isRunning { throw .alreadyRunning(worker: name) }
        return former
    }

    private func leave(_ run: WorkerRun) {
        condition.withLock { condition in
            if condition.present === run { condition.present = nil }
        }
        run.over.fulfil(())
    }
}

/// What one run of a worker has for itself.
final class WorkerRun: Sendable {
    /// That of the worker whose task this is, or is a child of.
    @TaskLocal static var current: WorkerRun?

    /// Fulfilled when the run has returned or was cancelled.
    let over = Promise<Void>()
    let mailbox: WorkerMailbox
    let timers: WorkerTimers
    private let restart: RestartPolicy

    init(_ limit: MailboxLimit, _ clock: any Clock<Duration>, restart: RestartPolicy) {
        mailbox = WorkerMailbox(limit)
        timers = WorkerTimers(clock)
        self.restart = restart
    }

    /// Whether this is code of the worker's.
    var isCurrent: Bool { Self.current === self }

    /// Whether a supervisor that does not give up starts the worker again.
    func isRestarted(after end: ChildEnd) -> Bool {
        switch end {
        case .returned: restart.verdict(abnormal: false) == .restart
        case .failed: restart.verdict(abnormal: true) == .restart
        case .stopped, .abandoned: false
        }
    }
}
