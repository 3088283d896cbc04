import Synchronization

/// Somebody who waits for a ``Reply`` of any type.
protocol PendingReply: Sendable {
    /// Whether waiting ended without what was waited for.
    var hasFailed: Bool { get }
    /// Does nothing when there is a result already.
    func fail(_ error: any Error)
}

/// One result that one task waits for; the first one counts.
final class Reply<Value: Sendable>: PendingReply {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value, any Error>)
        case settled(Result<Value, any Error>)
    }

    private let state = Mutex(State.open)

    var hasFailed: Bool {
        state.withLock { state in
            guard case .settled(.failure) = state else { return false }
            return true
        }
    }

    func succeed(_ value: Value) { settle(.success(value)) }

    func fail(_ error: any Error) { settle(.failure(error)) }

    /// Waits for the result; fails with `CancellationError` when the task is cancelled.
    func value() async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiting in
                let result = state.withLock { state -> Result<Value, any Error>? in
                    if case .settled(let result) = state { return result }
                    state = .awaited(waiting)
                    return nil
                }
                if let result { waiting.resume(with: result) }
            }
        } onCancel: {
            fail(CancellationError())
        }
    }

    private func settle(_ result: Result<Value, any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            switch state {
            case .open:
                state = .settled(result)
                return nil
            case .awaited(let waiting):
                state = .settled(result)
                return waiting
            case .settled: return nil
            }
        }
        waiting?.resume(with: result)
    }
}
