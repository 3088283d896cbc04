package import Linux

extension HTTPServer {
    /// What a server listens on.
    package enum Listener: Sendable, Equatable {
        /// A socket of our own.
        case address(ListenAddress)
        /// A listening descriptor from socket activation; once it is seen to listen, the server owns and closes it.
        case inherited(descriptor: Int32)
    }

    /// Bounds on what clients can take.
    package struct Limits: Sendable, Equatable {
        /// Connections at once, at least one; more wait in the kernel's queue.
        package var connections = 256
        /// Connections at once from one client address, at least one; more are closed without an answer.
        package var connectionsPerAddress = 64
        /// Bytes of memory per connection; request line and headers must fit in about half, else 431 or 414.
        package var connectionMemory = 32 * 1024
        /// How long a connection may be silent, in whole seconds, at least one.
        package var inactivity = Duration.seconds(30)
        /// From the first byte of a request to its last.
        package var requestDeadline = Duration.seconds(10)
        /// From the last byte of a request to the last of its answer, the handler's work included; a route may have another.
        package var responseDeadline = Duration.seconds(60)
        /// Bytes of a request body, where its route has no limit of its own; a longer one is answered 413.
        package var requestBody = 64 * 1024
        /// libmicrohttpd's threads, at least one.
        package var threads = 2

        /// The defaults.
        package init() {}
    }

    /// Everything about a server but its routes and stages.
    package struct Configuration: Sendable {
        /// Where to listen, at least one.
        package var listeners: [Listener]
        /// Bounds on what clients can take.
        package var limits = Limits()
        /// The bound on answers of routes that are budgeted; it counts one from before its handler until its last byte is sent.
        package var responses = ResponseLimit()
        /// Whether bodies from 1 KiB on are sent as gzip to clients that accept it.
        package var compresses = true
        /// Receives libmicrohttpd's messages, on its threads; clients can cause many, so limit the rate.
        package var log: @Sendable (String) -> Void = { _ in }
        /// Called on libmicrohttpd's threads after every request whose request line was readable.
        package var requestFinished: @Sendable (FinishedRequest) -> Void = { _ in }

        /// A configuration with defaults for the rest.
        package init(listeners: [Listener]) {
            self.listeners = listeners
        }
    }

    /// Figures of a server at one moment.
    package struct Statistics: Sendable, Equatable {
        /// Connections open now.
        package let openConnections: Int
        /// Requests whose request line was read and whose answer is not finished.
        package let requestsInFlight: Int
        /// Connections cut by a request or response deadline since the start.
        package let deadlineCuts: UInt64
        /// Connections closed since the start because their address had too many.
        package let refusedConnections: UInt64
    }
}
