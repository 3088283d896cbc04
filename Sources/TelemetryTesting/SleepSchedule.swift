/// Who sleeps until when, and who waits for sleepers; continuations are resumed by its owner, with false where cancelled.
struct SleepSchedule {
    typealias Continuation = CheckedContinuation<Bool, Never>

    struct Sleeper {
        let deadline: ManualClock.Instant
        let continuation: Continuation
    }

    private struct Watcher {
        let isReached: @Sendable (SleepSchedule) -> Bool
        let continuation: Continuation
    }

    private(set) var now: ManualClock.Instant
    private(set) var sleepers: [Int: Sleeper] = [:]
    private var watchers: [Int: Watcher] = [:]
    private var lastKey = 0

    init(now: ManualClock.Instant) { self.now = now }

    /// A key for one sleep or watch, later ones being greater.
    mutating func newKey() -> Int {
        lastKey += 1
        return lastKey
    }

    /// Returns the sleepers to wake, in the order of their deadlines, then of their arrival.
    mutating func advance(by duration: Duration) -> [Continuation] {
        now = now.advanced(by: duration)
        let due = sleepers.filter { $0.value.deadline <= now }
            .sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }
        for (key, _) in due { sleepers[key] = nil }
        return due.map(\.value.continuation)
    }

    /// Returns what is known already, nil where it sleeps now, and the watchers who have waited for that.
    mutating func sleep(
        _ key: Int, until deadline: ManualClock.Instant, _ continuation: Continuation
    ) -> (known: Bool?, watchers: [Continuation]) {
        // A cancellation that came too early for `cancel` to find the sleeper is seen here.
        if Task.isCancelled { return (false, []) }
        if deadline <= now { return (true, []) }
        sleepers[key] = Sleeper(deadline: deadline, continuation: continuation)
        let ready = watchers.filter { $0.value.isReached(self) }
        for key in ready.keys { watchers[key] = nil }
        return (nil, ready.map(\.value.continuation))
    }

    /// Returns what is known already, nil where it has to wait.
    mutating func watch(
        _ key: Int, for isReached: @escaping @Sendable (SleepSchedule) -> Bool, _ continuation: Continuation
    ) -> Bool? {
        if Task.isCancelled { return false }
        if isReached(self) { return true }
        watchers[key] = Watcher(isReached: isReached, continuation: continuation)
        return nil
    }

    /// Returns the one to resume, nil where it did not begin yet or is over.
    mutating func cancel(_ key: Int) -> Continuation? {
        if let sleeper = sleepers.removeValue(forKey: key) { return sleeper.continuation }
        return watchers.removeValue(forKey: key)?.continuation
    }
}
