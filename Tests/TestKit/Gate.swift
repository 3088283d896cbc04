import Synchronization

/// Holds up whoever comes, cancelled or not, until it is opened.
package final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// A closed gate.
    package init() {}

    /// Returns once the gate is open.
    package func passage() async {
        await withCheckedContinuation { passer in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(passer) }
                return state.isOpen
            }
            if isOpen { passer.resume() }
        }
    }

    /// Lets all pass, now and later.
    package func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for passer in waiting { passer.resume() }
    }
}
