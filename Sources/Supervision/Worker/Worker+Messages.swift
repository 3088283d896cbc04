import Synchronization

/// What is sent to a worker. Nothing of it is done twice, and nothing once the sender was told that it failed before its turn.
///
/// All of it throws ``WorkerError/notRunning(worker:last:)`` or ``WorkerError/restarting(worker:after:)`` where the worker does
/// not run.
extension Worker {
    /// Has something done with the state, and returns what comes of it.
    ///
    /// Throws what `body` throws; ``WorkerError/timedOut(worker:after:)``, by default after five seconds, nil being
    /// for ever; ``WorkerError/ended(worker:_:)`` as soon as the worker ends; ``WorkerError/mailboxFull(worker:capacity:)``; or
    /// `CancellationError`. A call that failed before its turn is not made. One that was begun is finished, but a worker that
    /// calls itself waits for itself, until it times out.
    @discardableResult
    public func call<Result: Sendable>(
        timeout: Duration? = .seconds(5),
        _ body: @escaping @Sendable (inout State) async throws -> Result
    ) async throws -> Result {
        let reply = Reply<Result>()
        @Sendable func answer(_ state: inout State) async {
            do {
                reply.succeed(try await body(&state))
            } catch is CancellationError where Task.isCancelled {
                // The worker's task was cancelled, not the caller's.
                reply.fail(WorkerError.ended(worker: name, .stopped))
            } catch {
                reply.fail(error)
            }
        }
        let message = WorkerMessage(content: WorkerBody(answer), call: reply)
        let (run, forget) = try onCurrentRun { run throws(WorkerError) in
            try enter(message, reply, timeout, in: run).map { (run, $0) }
        }
        defer { forget() }
        do {
            return try await reply.value()
        } catch {
            run.mailbox.senderGaveUp()
            throw error
        }
    }

    /// Puts a call in the mailbox, and returns what ends the watch over its timeout; nil where the run is over.
    private func enter(
        _ message: WorkerMessage, _ reply: any PendingReply, _ timeout: Duration?,
        in run: WorkerRun
    ) throws(WorkerError) -> (() -> Void)? {
        var forget = {}
        if let timeout {
            let number = run.timers.watch(
                reply, for: timeout, failingWith: WorkerError.timedOut(worker: name, after: timeout))
            forget = { run.timers.forget(number) }
        }
        switch run.mailbox.post(message, waits: mailboxLimit.overflow == .wait) {
        case .accepted, .waiting: return forget
        case .closed:
            forget()
            return nil
        case .full:
            forget()
            throw overflow()
        }
    }

    /// Has something done with the state, and does not wait for it; throwing is a failure of the worker.
    ///
    /// A full mailbox does what its ``MailboxLimit`` says: waiting ends with `CancellationError`, or
    /// ``WorkerError/ended(worker:_:)`` when the worker ends first.
    public func cast(_ body: @escaping Body) async throws {
        guard try post(WorkerMessage(content: WorkerBody(body))).outcome == .full else { return }
        switch mailboxLimit.overflow {
        case .fail: throw overflow()
        case .drop: noteDropped()
        case .wait:
            let admission = Reply<Void>()
            let message = WorkerMessage(content: WorkerBody(body), admission: admission)
            let (run, outcome) = try post(message, waits: true)
            guard outcome == .waiting else { return }
            do {
                try await admission.value()
            } catch {
                run.mailbox.senderGaveUp()
                throw error
            }
        }
    }

    /// The same for code that can't await: never waits nor throws, and returns whether the message is in the mailbox.
    @discardableResult
    public func offer(_ body: @escaping Body) -> Bool {
        let isAccepted = (try? post(WorkerMessage(content: WorkerBody(body))))?.outcome == .accepted
        if !isAccepted { noteDropped() }
        return isAccepted
    }

    /// Has something done before anything that waits, after what was continued with before: for the rest of a long start.
    ///
    /// Throwing is a failure of the worker. What the worker sends itself so always has room; others get
    /// ``WorkerError/mailboxFull(worker:capacity:)`` from a full mailbox.
    public func `continue`(_ body: @escaping Body) throws(WorkerError) {
        let outcome = try onCurrentRun { run in
            let outcome = run.mailbox.postUrgently(
                WorkerMessage(content: WorkerBody(body)), isOwn: run.isCurrent)
            return outcome == .closed ? nil : outcome
        }
        if outcome == .full { throw overflow() }
    }

    /// Puts something in the mailbox after so long, whether it is full then or not; throwing is a failure of the worker.
    ///
    /// The timer belongs to the present run and ends with it. The worker itself may set any number; others get
    /// ``WorkerError/mailboxFull(worker:capacity:)`` where as many messages wait, or timers are set, as the mailbox holds.
    @discardableResult
    public func send(after delay: Duration, _ body: @escaping Body) throws(WorkerError) -> WorkerTimer {
        try onCurrentRun { run throws(WorkerError) in
            let isFull = run.mailbox.count + run.timers.count >= mailboxLimit.capacity
            guard run.isCurrent || !isFull else { throw overflow() }
            let number = run.timers.set(after: delay) {
                _ = run.mailbox.post(WorkerMessage(content: WorkerBody(body)), waits: true)
            }
            return number.map { number in WorkerTimer { run.timers.cancel(number) } }
        }
    }

    /// Ends the worker after the message in hand: normally, or as a failure with that error.
    ///
    /// Does not wait for it. What was sent before and not begun fails, or is dropped and counted.
    public func stop(throwing error: (any Error)? = nil) {
        guard let run = try? currentRun() else { return }
        finish(run, ChildEnd(byItself: error.map(ChildFailure.init)))
    }

    /// How many messages wait, besides the one in hand.
    public var waitingMessages: Int { (try? currentRun())?.mailbox.count ?? 0 }

    /// How many messages found the mailbox full, or were casts that the worker did not come to before its end.
    public var droppedMessages: Int { dropped.load(ordering: .relaxed) }

    private func post(
        _ message: WorkerMessage, waits: Bool = false
    ) throws(WorkerError) -> (run: WorkerRun, outcome: WorkerMailbox.Outcome) {
        try onCurrentRun { run in
            let outcome = run.mailbox.post(message, waits: waits)
            return outcome == .closed ? nil : (run, outcome)
        }
    }

    private func overflow() -> WorkerError {
        noteDropped()
        return .mailboxFull(worker: name, capacity: mailboxLimit.capacity)
    }

    private func noteDropped() { dropped.add(1, ordering: .relaxed) }
}

/// Something that a worker will be sent.
public struct WorkerTimer: Sendable {
    private let cancelled: @Sendable () -> Bool

    init(_ cancelled: @escaping @Sendable () -> Bool) {
        self.cancelled = cancelled
    }

    /// Returns true when the worker will not be sent it; false when it was sent, or the timer is over.
    @discardableResult
    public func cancel() -> Bool { cancelled() }
}
