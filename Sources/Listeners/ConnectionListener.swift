package import Linux

/// Accepts connections, TCP or Unix, and cuts what they send into frames, all on one thread of its own.
package final class ConnectionListener: Listener {
    package let loop: BlockingLoop
    private let name: String
    private let socket: StreamListener
    private let framing: Framing
    private let limits: ConnectionLimits

    /// Takes over a socket that listens already, bound here or inherited; the thread is called `name`.
    ///
    /// The kernel probes TCP connections that are silent, so that the place of a peer that is gone becomes free.
    package init(
        _ name: String, socket: consuming StreamListener, framing: Framing,
        limits: ConnectionLimits = ConnectionLimits()
    ) throws(LinuxError) {
        precondition(framing.limit > 0, "every frame would be too long")
        loop = try BlockingLoop()
        socket.probeSilentConnections()
        self.name = name
        self.socket = socket
        self.framing = framing
        self.limits = limits
    }

    package var boundPort: UInt16 { socket.boundPort }

    /// As every listener; connections that still wait to be accepted at the end are drained as well, but those of an
    /// inherited socket stay with it.
    package func run<Consumer: FrameConsumer & ~Copyable>(
        _ makeConsumer: @escaping @Sendable () throws -> Consumer
    ) async throws {
        try await loop.run(name: name) {
            var consumer = try makeConsumer()
            var connections = try Connections(self.socket, self.loop, self.framing, self.limits)
            try self.read(&connections, &consumer)
        }
    }

    private func read<Consumer: FrameConsumer & ~Copyable>(
        _ connections: inout Connections, _ consumer: inout Consumer
    ) throws {
        var stopped: ContinuousClock.Instant?
        while stopped == nil {
            if try connections.readRound(socket, &consumer) { loop.answer() }
            Self.report(&connections, &consumer)
            // Not only when signalled: among many busy connections the wake-up gets its turn late.
            stopped = loop.stopped
        }
        if let stopped {
            connections.drain(socket, until: stopped + limits.drainTime, &consumer)
        }
        Self.report(&connections, &consumer)
    }

    private static func report<Consumer: FrameConsumer & ~Copyable>(
        _ connections: inout Connections, _ consumer: inout Consumer
    ) {
        let statistics = connections.takeStatistics()
        if !statistics.isEmpty { consumer.roundEnded(statistics) }
    }
}

/// What one listener allows its clients.
package struct ConnectionLimits: Equatable, Sendable {
    /// Open at once; one more takes the place of one that is idle, or is closed as soon as it is accepted.
    package var connections: Int
    /// The same of one address; Unix sockets have none.
    package var connectionsPerAddress: Int
    /// How long a connection is silent before another may take its place, so that many newcomers can't cut those that send.
    package var minimumSilence: Duration
    /// Bytes read from one connection before the others get their turn.
    package var readSize: Int
    /// When a connection is cut.
    package var deadlines: ConnectionDeadlines
    /// Bytes that are still read from one connection after a stop.
    package var drainSize: Int
    /// From a stop on; nothing is read any more once it has passed.
    package var drainTime: Duration

    /// No deadlines, unless given.
    package init(
        connections: Int = 1024, connectionsPerAddress: Int = .max, minimumSilence: Duration = .seconds(1),
        readSize: Int = 65_536,
        deadlines: ConnectionDeadlines = ConnectionDeadlines(), drainSize: Int = 1 << 20,
        drainTime: Duration = .milliseconds(500)
    ) {
        precondition(connections >= 0 && readSize > 0, "a listener that could read nothing")
        self.connections = connections
        self.connectionsPerAddress = connectionsPerAddress
        self.minimumSilence = minimumSilence
        self.readSize = readSize
        self.deadlines = deadlines
        self.drainSize = drainSize
        self.drainTime = drainTime
    }
}
