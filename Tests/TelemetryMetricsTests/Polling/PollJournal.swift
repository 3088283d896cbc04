import Synchronization
import Telemetry

@testable import TelemetryMetrics

/// What one poll did, in order; tests wait for a line instead of sleeping.
final class PollJournal: Sendable {
    private struct State {
        var lines: [String] = []
        var readers: [(count: Int, wake: CheckedContinuation<Void, Never>)] = []
    }

    /// The name of a poll that no other test has.
    let poll = freshID()
    private let state = Mutex(State())

    init() throws {
        try HandlerRegistry.shared.attach("\(poll).success", to: PollerEvents.success, owner: self) {
            journal, success in
            guard success.poll == journal.poll else { return }
            journal.note("\(success.duration) after \(success.delay), missed \(success.missedTicks)")
        }
        try HandlerRegistry.shared.attach("\(poll).failure", to: PollerEvents.failure, owner: self) {
            journal, failure in
            guard failure.poll == journal.poll else { return }
            let error = failure.error.map { " \($0)" } ?? ""
            let next = "next in \(failure.nextAttempt)"
            journal.note("\(failure.cause)\(error), failure \(failure.consecutiveFailures), \(next)")
        }
    }

    var lines: [String] { state.withLock { $0.lines } }

    func note(_ line: String) {
        let wakes = state.withLock { state in
            state.lines.append(line)
            let count = state.lines.count
            defer { state.readers.removeAll { $0.count <= count } }
            return state.readers.filter { $0.count <= count }.map(\.wake)
        }
        for wake in wakes { wake.resume() }
    }

    /// Waits until there are so many lines, and returns them.
    func lines(_ count: Int) async -> [String] {
        await withCheckedContinuation { wake in
            let isReached = state.withLock { state in
                guard state.lines.count < count else { return true }
                state.readers.append((count, wake))
                return false
            }
            if isReached { wake.resume() }
        }
        return lines
    }
}
