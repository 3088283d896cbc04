import Synchronization

/// The first of the results that several tasks come to, for one task that waits.
final class FirstResult<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value, Never>)
        case decided(Value)
    }

    private let state = Mutex(State.open)

    /// Decides for `value`, unless another one was faster.
    func offer(_ value: Value) {
        let waiting = state.withLock { state -> CheckedContinuation<Value, Never>? in
            switch state {
            case .open:
                state = .decided(value)
                return nil
            case .awaited(let continuation):
                state = .decided(value)
                return continuation
            case .decided:
                return nil
            }
        }
        waiting?.resume(returning: value)
    }

    /// Waits for the first value; for one task only, which goes on waiting when it is cancelled.
    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let decided = state.withLock { state -> Value? in
                    if case .decided(let value) = state { return value }
                    state = .awaited(continuation)
                    return nil
                }
                if let decided { continuation.resume(returning: decided) }
            }
        }
    }
}
