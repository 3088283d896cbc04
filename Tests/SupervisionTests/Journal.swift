import Synchronization

@testable import Supervision

/// Lines in the order in which things happened; tests wait for a line instead of sleeping.
final class Journal: SupervisionObserver {
    private struct State {
        var lines: [String] = []
        var neverUp: [String] = []
        var readers: [(isEnough: @Sendable ([String]) -> Bool, wake: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var lines: [String] { state.withLock { $0.lines } }
    /// The ids of children that ended before they were up, once for each time.
    var neverUp: [String] { state.withLock { $0.neverUp } }

    func note(_ line: String) {
        let wakes = state.withLock { state in
            state.lines.append(line)
            let lines = state.lines
            defer { state.readers.removeAll { $0.isEnough(lines) } }
            return state.readers.filter { $0.isEnough(lines) }.map(\.wake)
        }
        for wake in wakes { wake.resume() }
    }

    /// Waits until a line has been noted so many times.
    func reaches(_ line: String, times: Int = 1) async {
        await reaches { lines in lines.count { $0 == line } >= times }
    }

    func reaches(_ isEnough: @escaping @Sendable ([String]) -> Bool) async {
        await withCheckedContinuation { wake in
            let isReached = state.withLock { state in
                guard !isEnough(state.lines) else { return true }
                state.readers.append((isEnough, wake))
                return false
            }
            if isReached { wake.resume() }
        }
    }

    func childStarted(_ id: String, of supervisor: String) { note("started \(id)") }
    func childEnded(_ id: String, of supervisor: String, end: ChildEnd, wasUp: Bool) {
        if !wasUp { state.withLock { $0.neverUp.append(id) } }
        note("\(id) \(end)")
    }
    func childRestarting(_ id: String, of supervisor: String, after delay: Duration) {
        note("restarting \(id) after \(delay)")
    }
    func childStuck(_ id: String, of supervisor: String, after timeout: Duration) {
        note("stuck \(id) after \(timeout)")
    }
    func supervisorFailed(_ supervisor: String, error: SupervisionError) { note("\(supervisor) failed") }
}
