import Synchronization

/// The timers of one run of a worker: those that it was sent, and the one that its calls time out by.
///
/// A timer is a task that sleeps; ``finish()`` cancels and awaits all that are left, so none outlives the run. A task is
/// made within the lock, where it can't run yet, so that it finds its own entry.
final class WorkerTimers: Sendable {
    private struct State {
        var tasks: [Int: Task<Void, Never>] = [:]
        var lastNumber = 0
        var deadlines = CallDeadlines()
        var isOver = false
    }

    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private let state = Mutex(State())

    init(_ clock: any Clock<Duration>) {
        self.clock = clock
        elapsed = clock.stopwatch()
    }

    /// Calls `fire` once after so long; nil when the run is over.
    func set(after delay: Duration, fire: @escaping @Sendable () -> Void) -> Int? {
        state.withLock { state in
            guard !state.isOver else { return nil }
            state.lastNumber += 1
            let number = state.lastNumber
            state.tasks[number] = Task { @concurrent in
                try? await self.clock.sleep(upTo: delay)
                if !Task.isCancelled, self.take(number) != nil { fire() }
            }
            return number
        }
    }

    /// False when it has fired, or was cancelled before.
    func cancel(_ number: Int) -> Bool {
        guard let task = take(number) else { return false }
        task.cancel()
        return true
    }

    /// Fails a call after so long unless it is forgotten first; returns its number.
    func watch(_ reply: any PendingReply, for timeout: Duration, failingWith error: WorkerError) -> Int {
        let deadline = elapsed() + timeout.sleepable
        let call = CallDeadlines.Call(reply: reply, deadline: deadline, error: error)
        let (number, needsTimer) = state.withLock { $0.deadlines.add(call) }
        if needsTimer { wake(at: deadline) }
        return number
    }

    func forget(_ number: Int) { state.withLock { $0.deadlines.remove(number) } }

    /// How many timers have not fired.
    var count: Int { state.withLock { $0.tasks.count } }

    /// Cancels all timers and waits for their end; later ones are not set.
    func finish() async {
        let tasks = state.withLock { state in
            state.isOver = true
            defer { state.tasks = [:] }
            return state.tasks.values
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    private func wake(at moment: Duration) {
        _ = set(after: max(moment - elapsed(), .zero)) { [self] in
            let (late, next) = state.withLock { $0.deadlines.fire(moment) }
            for call in late { call.reply.fail(call.error) }
            if let next { wake(at: next) }
        }
    }

    private func take(_ number: Int) -> Task<Void, Never>? {
        state.withLock { $0.tasks.removeValue(forKey: number) }
    }
}
