package import Linux

/// Accepts connections at a Unix socket and reads their lines, all on one thread of its own.
package final class EventSocketListener: Sendable {
    private let listener: StreamListener
    private let loop: BlockingLoop
    private let limits: EventSocketLimits

    /// Takes over a socket that listens already, bound here or inherited.
    package init(
        listener: consuming StreamListener, limits: EventSocketLimits = EventSocketLimits()
    ) throws(LinuxError) {
        loop = try BlockingLoop()
        self.listener = listener
        self.limits = limits
    }

    /// Reads until the calling task is cancelled or `stop()` was called, drains the connections, closes them, returns.
    ///
    /// `makeConsumer` runs on the reading thread, which alone uses the consumer. One call at a time. Connections that
    /// wait to be accepted at the end are drained too, but stay with a listening socket that was inherited.
    package func run<Consumer: LineConsumer & ~Copyable>(
        _ makeConsumer: @escaping @Sendable () throws -> Consumer
    ) async throws {
        try await loop.run(name: "events") {
            var consumer = try makeConsumer()
            var connections = try EventSocketConnections(self.listener, self.loop, self.limits)
            try self.read(&connections, &consumer)
        }
    }

    /// Ends `run` once what the connections hold was read, within limits; callable from anywhere.
    package func stop() { loop.stop() }

    /// Asks the thread for a sign of life: `answers` grows once it came around, even when nothing is received.
    package func ping() { loop.ping() }

    /// How often the thread came around to its wake-up.
    package var answers: UInt64 { loop.answers }

    private func read<Consumer: LineConsumer & ~Copyable>(
        _ connections: inout EventSocketConnections, _ consumer: inout Consumer
    ) throws {
        var stopped: ContinuousClock.Instant?
        while stopped == nil {
            if try connections.readRound(listener, { consumer.receive($0) }) { loop.answer() }
            Self.report(&connections, &consumer)
            // Not only when signalled: of many busy connections the wake-up gets its turn late.
            stopped = loop.stopped
        }
        if let stopped {
            connections.drain(listener, until: stopped + limits.drainTime) { consumer.receive($0) }
        }
        Self.report(&connections, &consumer)
    }

    private static func report<Consumer: LineConsumer & ~Copyable>(
        _ connections: inout EventSocketConnections, _ consumer: inout Consumer
    ) {
        let statistics = connections.takeStatistics()
        if !statistics.isEmpty { consumer.roundEnded(statistics) }
    }
}

/// What one listener allows its clients.
package struct EventSocketLimits: Equatable, Sendable {
    /// Open at once; one more is closed as soon as it is accepted.
    package var connections: Int
    /// Bytes of a line without its newline.
    package var lineLength: Int
    /// Bytes read from one connection before the others get their turn.
    package var readSize: Int
    /// Bytes that are still read from one connection after a stop.
    package var drainSize: Int
    /// From a stop on; nothing is read any more once it has passed.
    package var drainTime: Duration

    package init(
        connections: Int = 1024, lineLength: Int = 65_536, readSize: Int = 65_536, drainSize: Int = 1 << 20,
        drainTime: Duration = .milliseconds(500)
    ) {
        precondition(connections >= 0 && lineLength > 0 && readSize > 0, "a listener that could read nothing")
        self.connections = connections
        self.lineLength = lineLength
        self.readSize = readSize
        self.drainSize = drainSize
        self.drainTime = drainTime
    }
}
