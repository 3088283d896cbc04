import CLinux
import Glibc

/// Runs a blocking loop on a thread of its own, outside the cooperative pool.
package enum DedicatedThread {
    /// Runs `body` on a thread called `name` (15 bytes are kept), signals blocked as `SignalMask` says, and awaits its end.
    ///
    /// Cancelling the calling task signals `stop`, which `body` has to watch; the call returns, or rethrows what
    /// `body` threw, only after the body and everything it captured have ended.
    package static func run(
        name: String, stop: WakeUp, _ body: @escaping @Sendable () throws -> Void
    ) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let start = ThreadStart(name: name, body: body) { continuation.resume(with: $0) }
                if case .failure(let error) = spawn(start, isDetached: true) {
                    continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            stop.signal()
        }
    }

    /// Runs `body` on a thread called `name` (15 bytes are kept), signals blocked as `SignalMask` says, and awaits what it returns.
    ///
    /// For a call that nothing can interrupt, such as the resolver's: cancelling the calling task ends the wait at once,
    /// and what the thread returns later is dropped.
    package static func value<Value: Sendable>(
        name: String, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        let (values, continuation) = AsyncThrowingStream<Value, any Error>.makeStream()
        let start = ThreadStart(name: name, body: { continuation.yield(try body()) }) { result in
            if case .failure(let error) = result { continuation.finish(throwing: error) }
        }
        _ = try spawn(start, isDetached: true).get()
        for try await value in values { return value }
        throw CancellationError()
    }

    /// Runs `body` on a thread called `name` (15 bytes are kept), signals blocked as `SignalMask` says, which has to be joined.
    package static func start(
        name: String, _ body: @escaping @Sendable () -> Void
    ) throws(LinuxError) -> JoinableThread {
        let start = ThreadStart(name: name, body: body) { _ in }
        return JoinableThread(handle: try spawn(start, isDetached: false).get())
    }

    /// Runs `body` on a thread called `name` (15 bytes are kept), signals blocked as `SignalMask` says, which nobody waits for.
    package static func detach(
        name: String, _ body: @escaping @Sendable () -> Void
    ) throws(LinuxError) {
        _ = try spawn(ThreadStart(name: name, body: body) { _ in }, isDetached: true).get()
    }

    private static func spawn(
        _ start: ThreadStart, isDetached: Bool
    ) -> Result<pthread_t, LinuxError> {
        // The new thread inherits the mask: blocking here leaves no moment in which a signal reaches it.
        let before = SignalMask.block()
        defer { before.restore() }
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        let state = isDetached ? PTHREAD_CREATE_DETACHED : PTHREAD_CREATE_JOINABLE
        unsafe pthread_attr_setdetachstate(&attributes, Int32(state))
        defer { unsafe _ = pthread_attr_destroy(&attributes) }
        let name = start.name
        let context = unsafe Unmanaged.passRetained(start)
        var thread = pthread_t()
        let code = unsafe pthread_create(&thread, &attributes, threadMain, context.toOpaque())
        guard code == 0 else {
            unsafe context.release()
            return .failure(.call(operation: "pthread_create", errno: code, context: name))
        }
        return .success(thread)
    }
}

/// A running thread; somebody has to call `join`, once.
package struct JoinableThread: Sendable {
    fileprivate let handle: pthread_t

    /// Blocks until the thread has ended.
    package func join() {
        _ = pthread_join(handle, nil)
    }
}

/// What a new thread gets: handed over retained, taken back exactly once in `threadMain`.
private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () throws -> Void
    let ended: @Sendable (Result<Void, any Error>) -> Void

    init(
        name: String, body: @escaping @Sendable () throws -> Void,
        ended: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        self.name = name
        self.body = body
        self.ended = ended
    }
}

private func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    let (ended, result) = unsafe perform(context)
    ended(result)
    return nil
}

/// Ends the start record before the waiting task goes on, so that what the body captured is gone by then.
private func perform(
    _ context: UnsafeMutableRawPointer
) -> (@Sendable (Result<Void, any Error>) -> Void, Result<Void, any Error>) {
    let start = unsafe Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    unsafe _ = pthread_setname_np(pthread_self(), String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
    return (start.ended, Result { try start.body() })
}
