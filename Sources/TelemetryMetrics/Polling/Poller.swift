import Synchronization

/// Takes measurements at fixed rates, each in a task of its own.
///
/// ```swift
/// let poller = try Poller {
///     Poll("queue depth", every: .seconds(5), timeout: .seconds(1)) {
///         Queue.depth.emit(eagerly: .init(count: await queue.count))
///     }
/// }
/// try await poller.run()
/// ```
/// A measurement that takes longer than its timeout is cancelled; while one that ignores this still runs, it is not
/// started again. One that failed is tried again after a wait, which doubles with each failure in a row, and goes back
/// to its ticks after a success. None is given up, and none harms another. `PollerEvents` tells of each.
///
/// Thread-safe. It may run again after it ended, as a supervised child does.
public final class Poller: Sendable {
    let runners: [PollRunner]
    private let clock: any Clock<Duration>
    private let isRunning = Atomic(false)

    /// A poller of the polls that `polls` lists, which counts time by `clock`.
    ///
    /// - Throws: `PollerError.badPolls` with everything that is wrong with any of them.
    public init(
        clock: any Clock<Duration> = ContinuousClock(), @PollBuilder _ polls: () -> [Poll]
    ) throws(PollerError) {
        let polls = polls()
        let mistakes = Poll.mistakes(in: polls)
        guard mistakes.isEmpty else { throw .badPolls(mistakes) }
        runners = polls.map(PollRunner.init)
        self.clock = clock
    }

    /// The polls, in the order in which they were given.
    public var polls: [Poll] { runners.map(\.poll) }

    /// Measures until the task is cancelled; measurements that run then are cancelled and waited for, for their timeouts
    /// at most.
    ///
    /// - Throws: `PollerError.hung` where some didn't end in time, `PollerError.alreadyRunning`.
    public func run() async throws(PollerError) {
        guard !isRunning.exchange(true, ordering: .acquiring) else { throw .alreadyRunning }
        defer { isRunning.store(false, ordering: .releasing) }
        await run(on: clock)
        let hung = runners.filter(\.isRunning).map(\.poll.name)
        guard hung.isEmpty else { throw .hung(hung) }
    }

    private func run<C: Clock>(on clock: C) async where C.Duration == Duration {
        await withDiscardingTaskGroup { group in
            for runner in runners {
                group.addTask { await runner.run(on: clock) }
            }
            // Without a poll it still runs until it is cancelled, as its supervisor expects.
            if runners.isEmpty {
                group.addTask { while (try? await clock.sleep(for: .seconds(86_400))) != nil {} }
            }
        }
    }
}
