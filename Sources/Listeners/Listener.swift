package import Linux

/// Receives from one socket on a thread of its own and hands each frame to a consumer.
package protocol Listener: Sendable {
    /// How to stop it and to ask whether it lives; only its own thread answers.
    var loop: BlockingLoop { get }
    /// The UDP or TCP port that is bound, 0 for a Unix socket.
    var boundPort: UInt16 { get }

    /// Receives until the calling task is cancelled or `stop()` was called, drains what waits within limits, and returns.
    ///
    /// `makeConsumer` runs on the receiving thread, which alone uses the consumer. One call at a time.
    func run<Consumer: FrameConsumer & ~Copyable>(
        _ makeConsumer: @escaping @Sendable () throws -> Consumer
    ) async throws
}

extension Listener {
    /// Ends `run`, from any thread.
    package func stop() { loop.stop() }
}
