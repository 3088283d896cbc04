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
        var observers: [(deadline: Instant, wake: CheckedContinuation<Void, Never>)] = []
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

    /// Waits until a task sleeps until that time after the start.
    func sleeper(until offset: Duration) async {
        let deadline = Instant(offset: offset)
        await withCheckedContinuation { wake in
            let isThere = state.withLock { state in
                guard !state.sleepers.values.contains(where: { $0.deadline == deadline }) else { return true }
                state.observers.append((deadline, wake))
                return false
            }
            if isThere { wake.resume() }
        }
    }

    /// Moves to that time after the start.
    func move(to offset: Duration) {
        let due = state.withLock { state in
            state.now = Instant(offset: offset)
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for sleeper in due.keys { state.sleepers[sleeper] = nil }
            return due.values.map(\.wake)
        }
        for wake in due { wake.resume() }
    }

    /// Waits for the task that sleeps until that time, and wakes it.
    func reach(_ offset: Duration) async {
        await sleeper(until: offset)
        move(to: offset)
    }

    private func lieDown(
        _ sleeper: Int, until deadline: Instant, _ wake: CheckedContinuation<Void, any Error>
    ) {
        let (isCancelled, isOver, observers) = state.withLock { state in
            let isCancelled = state.cancelled.contains(sleeper)
            let isOver = deadline <= state.now
            if isCancelled || isOver { return (isCancelled, isOver, [CheckedContinuation<Void, Never>]()) }
            state.sleepers[sleeper] = (deadline, wake)
            defer { state.observers.removeAll { $0.deadline == deadline } }
            return (false, false, state.observers.filter { $0.deadline == deadline }.map(\.wake))
        }
        if isCancelled { wake.resume(throwing: CancellationError()) } else if isOver { wake.resume() }
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
