import Linux
import PrometheusFormat
import Synchronization

/// A page whose collectors may not have answered yet; thread-safe.
final class PageBeginning: Sendable {
    private struct State {
        var page: (cursor: PageCursor, duration: Duration)?
        var isThere = false
        var onceThere: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let start = ContinuousClock.now
    private let isSet = Semaphore()

    /// Says that collectors answered, or are not waited for any more.
    func set(_ cursor: PageCursor) {
        let onceThere = state.withLock { state in
            state.page = (cursor, .now - start)
            state.isThere = true
            return state.onceThere.take()
        }
        isSet.signal()
        onceThere?()
    }

    /// The page and how long it took until here, for the first caller once it is there; waits for it for `patience` at most.
    func take(within patience: Duration) -> (cursor: PageCursor, duration: Duration)? {
        if patience > .zero, !state.withLock(\.isThere) { _ = isSet.wait(timeout: patience) }
        return state.withLock { $0.page.take() }
    }

    /// Calls `body` once the page is there, now or later.
    func onceThere(_ body: @escaping @Sendable () -> Void) {
        let isThere = state.withLock { state in
            if !state.isThere { state.onceThere = body }
            return state.isThere
        }
        if isThere { body() }
    }
}
