package import Linux

extension HTTPServer {
    /// What a server listens on.
    package enum Listener: Sendable, Equatable {
        /// A socket of our own; two of them for `localhost`, which is an IPv4 and an IPv6 address.
        case address(ListenAddress)
        /// A listening descriptor from socket activation; once it is seen to listen, the server owns and closes it.
        case inherited(descriptor: Int32)
    }

    /// Bounds on what clients can take.
    package struct Limits: Sendable, Equatable {
        /// Connections at once, at least one; for a further one an idle one is ended, or it is refused.
        package var connections = 256
        /// Connections at once from one client address or IPv6 network of 64 bits, at least one; the same holds for them.
        package var connectionsPerAddress = 64
        /// Bytes of memory per connection; request line and headers must fit in about half, else 431 or 414.
        package var connectionMemory = 32 * 1024
        /// How long a connection may be without a request.
        package var inactivity = Duration.seconds(30)
        /// From the beginning of a connection to the end of its TLS handshake.
        package var handshakeDeadline = Duration.seconds(10)
        /// From the first byte of a request to its last.
        package var requestDeadline = Duration.seconds(10)
        /// From the last byte of a request to the last of its answer, the handler's work included; a route may have another.
        package var responseDeadline = Duration.seconds(60)
        /// From when on a request that arrives, or a client that takes no byte of its answer, gives way to a new connection.
        package var senderPatience = Duration.seconds(1)
        /// For how long a client may take no byte of its page before it gives way to another's request for a page.
        package var readerPatience = Duration.milliseconds(250)
        /// Bytes of a request body, where its route has no limit of its own; a longer one is answered 413.
        package var requestBody = 64 * 1024
        /// libmicrohttpd's threads, at least one.
        package var threads = 2

        /// The defaults.
        package init() {}

        /// Connections that were ended for others and that libmicrohttpd has not closed yet; they come on top.
        package static let connectionsLeaving = 32
        /// Descriptors held back for the time when the process has no others.
        package static let spareDescriptors = 4
    }

    /// Everything about a server but its routes and stages.
    package struct Configuration: Sendable {
        /// Where to listen, at least one.
        package var listeners: [Listener]
        /// The permission bits of Unix sockets of our own.
        package var unixMode: UInt32 = 0o660
        /// Bounds on what clients can take.
        package var limits = Limits()
        /// The bound on answers of routes that are pages; it counts one from before its handler until its last byte is sent.
        package var pages = Places(.max)
        /// Whether bodies from 1 KiB on are compressed, with zstd or gzip, for clients that accept it.
        package var compresses = true
        /// What HTTPS is served with, on every listener; nil serves plain HTTP.
        package var tls: TLSSettings?
        /// Receives libmicrohttpd's messages, on its threads; clients can cause many, so limit the rate.
        package var log: @Sendable (String) -> Void = { _ in }
        /// Called on libmicrohttpd's threads after every request whose request line was readable.
        package var requestFinished: @Sendable (FinishedRequest) -> Void = { _ in }
        /// Called on libmicrohttpd's threads with the status that it answered by itself, to a request that it can't read.
        ///
        /// If the request line was readable, the request is finished too, without a status.
        package var requestRefused: @Sendable (_ status: Int) -> Void = { _ in }
        /// Called on the server's threads with what happens to connections.
        package var connectionEvent: @Sendable (ConnectionEvent) -> Void = { _ in }

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
        /// Connections cut since the start.
        package let cuts: [ConnectionEvent.CutCause: UInt64]
        /// Connections refused since the start because there were too many.
        package let refusedConnections: UInt64

        /// Those of the cuts that are for a handshake, a request or an answer that took too long.
        package var deadlineCuts: UInt64 {
            cuts[.handshakeDeadline, default: 0] + cuts[.requestDeadline, default: 0]
                + cuts[.responseDeadline, default: 0]
        }
    }
}
