import Synchronization

/// The outside of a loop that blocks on a thread of its own: how to run it, stop it, and ask whether it lives.
///
/// Any thread may call any of it; only the loop's thread calls `answer()`. The stop is written before the wake-up is
/// signalled and read after it was drained, so none is missed; the counter orders nothing.
package final class BlockingLoop: Sendable {
    /// What the loop waits on besides its input; when it is signalled, `answer()` is due.
    package let wakeUp: WakeUp
    private let firstStop = Mutex<ContinuousClock.Instant?>(nil)
    private let answerCount = Atomic<UInt64>(0)

    /// Throws when the process is out of descriptors.
    package init() throws(LinuxError) {
        wakeUp = try WakeUp()
    }

    /// Runs `body` on a dedicated thread called `name`; cancelling the calling task stops it, see `DedicatedThread`.
    package func run(name: String, _ body: @escaping @Sendable () throws -> Void) async throws {
        firstStop.withLock { $0 = nil }
        try await withTaskCancellationHandler {
            try await DedicatedThread.run(name: name, stop: wakeUp, body)
        } onCancel: {
            stop()
        }
    }

    /// Makes the next `answer()` true; the loop drains what is there and ends.
    package func stop() {
        firstStop.withLock { $0 = $0 ?? .now }
        wakeUp.signal()
    }

    /// When the running loop was first told to end, `nil` while it may go on.
    package var stopped: ContinuousClock.Instant? { firstStop.withLock { $0 } }

    /// Asks for a sign of life: `answers` grows once the loop came around.
    package func ping() {
        wakeUp.signal()
    }

    /// How often the loop came around to its wake-up.
    package var answers: UInt64 { answerCount.load(ordering: .relaxed) }

    /// Resets the wake-up, counts the answer, and tells whether the loop has to end.
    @discardableResult
    package func answer() -> Bool {
        wakeUp.drain()
        answerCount.wrappingAdd(1, ordering: .relaxed)
        return stopped != nil
    }
}
