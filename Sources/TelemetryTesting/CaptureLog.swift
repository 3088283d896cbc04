import Synchronization

/// What a capture holds: the payloads so far, and who waits for more of them.
///
/// Thread-safe; waiters are resumed outside of its lock.
final class CaptureLog<Payload: Sendable>: Sendable {
    /// Why a wait for growth ended.
    enum Growth: Sendable {
        case grown, stopped, cancelled
    }

    private struct Waiter {
        let count: Int
        let continuation: CheckedContinuation<Growth, Never>
    }

    private struct State {
        var payloads: [Payload] = []
        var isStopped = false
        var waiters: [Int: Waiter] = [:]
        var lastWaiter = 0

        mutating func takeWaiters(where isReady: (Waiter) -> Bool) -> [Waiter] {
            let ready = waiters.filter { isReady($0.value) }
            for key in ready.keys { waiters[key] = nil }
            return Array(ready.values)
        }
    }

    private let state = Mutex(State())

    var payloads: [Payload] { state.withLock { $0.payloads } }

    func append(_ payload: Payload) {
        let ready = state.withLock { state in
            guard !state.isStopped else { return [Waiter]() }
            state.payloads.append(payload)
            let count = state.payloads.count
            return state.takeWaiters { $0.count <= count }
        }
        for waiter in ready { waiter.continuation.resume(returning: .grown) }
    }

    /// Takes no more; returns whether that is new.
    func stop() -> Bool {
        let (isNew, ready) = state.withLock { state in
            defer { state.isStopped = true }
            return (!state.isStopped, state.takeWaiters { _ in true })
        }
        for waiter in ready { waiter.continuation.resume(returning: .stopped) }
        return isNew
    }

    /// Suspends until there are `count` payloads, or no more can come.
    func growth(to count: Int) async -> Growth {
        let key = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = begin(key, Waiter(count: count, continuation: continuation))
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            cancel(key)
        }
    }

    /// What is known of the growth already; nil where the waiter has to wait.
    private func begin(_ key: Int, _ waiter: Waiter) -> Growth? {
        state.withLock { state in
            if state.payloads.count >= waiter.count { return .grown }
            // A cancellation that came too early for `cancel` to find the waiter is seen here.
            if Task.isCancelled { return .cancelled }
            if state.isStopped { return .stopped }
            state.waiters[key] = waiter
            return nil
        }
    }

    private func cancel(_ key: Int) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: key) }
        waiter?.continuation.resume(returning: .cancelled)
    }
}
