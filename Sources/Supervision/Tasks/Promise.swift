import Synchronization

/// A value that comes once, and any number of tasks that wait for it.
///
/// Any thread may fulfil it. A waiter that is cancelled either stops waiting or stays, as it chooses.
final class Promise<Value: Sendable>: Sendable {
    private enum State {
        case open(waiters: [Int: CheckedContinuation<Value?, Never>])
        case fulfilled(Value)
    }

    private let state = Mutex(State.open(waiters: [:]))
    private let lastKey = Atomic(0)

    /// Returns false, and changes nothing, when it was fulfilled before.
    @discardableResult
    func fulfil(_ value: Value) -> Bool {
        let waiters: [Int: CheckedContinuation<Value?, Never>]? = state.withLock { state in
            guard case .open(let waiters) = state else { return nil }
            state = .fulfilled(value)
            return waiters
        }
        guard let waiters else { return false }
        for waiter in waiters.values { waiter.resume(returning: value) }
        return true
    }

    var isFulfilled: Bool {
        state.withLock { state in
            guard case .fulfilled = state else { return false }
            return true
        }
    }

    /// The value if it has come.
    var current: Value? {
        state.withLock { state in
            guard case .fulfilled(let value) = state else { return nil }
            return value
        }
    }

    /// Waits for the value whether the caller is cancelled or not.
    func value() async -> Value {
        while true {
            if let value = await wait(as: newKey()) { return value }
        }
    }

    /// Waits for the value, or throws `CancellationError` as soon as the caller is cancelled.
    func valueUnlessCancelled() async throws -> Value {
        let key = newKey()
        let value = await withTaskCancellationHandler {
            await wait(as: key, unlessCancelled: true)
        } onCancel: {
            giveUp(key)
        }
        guard let value else { throw CancellationError() }
        return value
    }

    private func newKey() -> Int { lastKey.add(1, ordering: .relaxed).newValue }

    private func wait(as key: Int, unlessCancelled: Bool = false) async -> Value? {
        await withCheckedContinuation { waiter in
            let known: Value?? = state.withLock { state in
                switch state {
                case .fulfilled(let value): return .some(value)
                case .open(var waiters):
                    // A cancellation before this one found nobody to wake; a later one waits for the lock.
                    if unlessCancelled, Task.isCancelled { return .some(nil) }
                    waiters[key] = waiter
                    state = .open(waiters: waiters)
                    return nil
                }
            }
            if let known { waiter.resume(returning: known) }
        }
    }

    private func giveUp(_ key: Int) {
        let waiter = state.withLock { state in
            guard case .open(var waiters) = state else { return CheckedContinuation<Value?, Never>?.none }
            defer { state = .open(waiters: waiters) }
            return waiters.removeValue(forKey: key)
        }
        waiter?.resume(returning: nil)
    }
}
