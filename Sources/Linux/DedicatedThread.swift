import CLinux
import Glibc

/// Runs a blocking loop on a thread of its own, outside the cooperative pool.
package enum DedicatedThread {
    /// Runs `body` on a thread called `name` (15 bytes are kept), every signal blocked, and awaits its end.
    ///
    /// Cancelling the calling task signals `stop`, which `body` has to watch; the call returns, or rethrows what
    /// `body` threw, only after the body and everything it captured have ended.
    package static func run(
        name: String, stop: WakeUp, _ body: @escaping @Sendable () throws -> Void
    ) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let start = ThreadStart(name: name, body: body, continuation: continuation)
                let code = spawn(start)
                if code != 0 {
                    continuation.resume(
                        throwing: LinuxError.call(operation: "pthread_create", errno: code, context: name))
                }
            }
        } onCancel: {
            stop.signal()
        }
    }

    private static func spawn(_ start: ThreadStart) -> Int32 {
        // The new thread inherits the mask: blocking here leaves no moment in which a signal reaches it.
        var all = sigset_t()
        var previous = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &previous)
        defer { unsafe _ = pthread_sigmask(SIG_SETMASK, &previous, nil) }
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { unsafe _ = pthread_attr_destroy(&attributes) }
        let context = unsafe Unmanaged.passRetained(start)
        var thread = pthread_t()
        let code = unsafe pthread_create(&thread, &attributes, threadMain, context.toOpaque())
        if code != 0 { unsafe context.release() }
        return code
    }
}

/// What a new thread gets: handed over retained, taken back exactly once in `threadMain`.
private final class ThreadStart: Sendable {
    let name: String
    let body: @Sendable () throws -> Void
    let continuation: CheckedContinuation<Void, any Error>

    init(
        name: String, body: @escaping @Sendable () throws -> Void,
        continuation: CheckedContinuation<Void, any Error>
    ) {
        self.name = name
        self.body = body
        self.continuation = continuation
    }
}

private func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    let (continuation, result) = unsafe perform(context)
    continuation.resume(with: result)
    return nil
}

/// Ends the start record before the waiting task goes on, so that what the body captured is gone by then.
private func perform(
    _ context: UnsafeMutableRawPointer
) -> (CheckedContinuation<Void, any Error>, Result<Void, any Error>) {
    let start = unsafe Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    unsafe _ = pthread_setname_np(pthread_self(), String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
    return (start.continuation, Result { try start.body() })
}
