import Synchronization

/// Has what happens again and again logged once in a while, with how often it happened meanwhile; thread-safe.
final class LogPace: Sendable {
    private struct State {
        var count = 0
        var next: ContinuousClock.Instant?
    }

    private let interval: Duration
    private let state = Mutex(State())

    /// Nothing has happened yet.
    init(every interval: Duration = .seconds(10)) { self.interval = interval }

    /// Notes that it happened, and says how often since it was last logged; nil while that is not long ago.
    func note(_ count: Int = 1, at now: ContinuousClock.Instant = .now) -> Int? {
        state.withLock { state in
            state.count += count
            if let next = state.next, now < next { return nil }
            defer { state.count = 0 }
            state.next = now + interval
            return state.count
        }
    }
}
