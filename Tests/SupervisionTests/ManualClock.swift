import Synchronization

/// A clock that stands still until a test moves it.
final class ManualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now = Instant(offset: .zero)
        var sleepers: [Int: (deadline: Instant, wake: CheckedContinuation<Void, any Error>)] = [:]
        var cancelled: Set<Int> = []
        var lastSleeper = 0
        var observers: [(count: Int, wake: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let sleeper = state.withLock { state in
            state.lastSleeper += 1
            return state.lastSleeper
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { lieDown(sleeper, until: deadline, $0) }
        } onCancel: {
            cancel(sleeper)
        }
    }

    /// Waits until so many tasks sleep.
    func sleepers(_ count: Int) async {
        await withCheckedContinuation { wake in
            let isReached = state.withLock { state in
                guard state.sleepers.count < count else { return true }
                state.observers.append((count, wake))
                return false
            }
            if isReached { wake.resume() }
        }
    }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for sleeper in due.keys { state.sleepers[sleeper] = nil }
            return due.values.map(\.wake)
        }
        for wake in due { wake.resume() }
    }

    private func lieDown(
        _ sleeper: Int, until deadline: Instant, _ wake: CheckedContinuation<Void, any Error>
    ) {
        let (isCancelled, observers) = state.withLock { state in
            if state.cancelled.contains(sleeper) { return (true, [CheckedContinuation<Void, Never>]()) }
            state.sleepers[sleeper] = (deadline, wake)
            let count = state.sleepers.count
            defer { state.observers.removeAll { $0.count <= count } }
            return (false, state.observers.filter { $0.count <= count }.map(\.wake))
        }
        if isCancelled { wake.resume(throwing: CancellationError()) }
        for observer in observers { observer.resume() }
    }

    private func cancel(_ sleeper: Int) {
        let wake = state.withLock { state in
            state.cancelled.insert(sleeper)
            return state.sleepers.removeValue(forKey: sleeper)?.wake
        }
        wake?.resume(throwing: CancellationError())
    }
}
