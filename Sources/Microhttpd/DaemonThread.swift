import CMicrohttpd

/// What the thread of one daemon knows besides the terms of its connections: the requests whose heads it is reading.
///
/// Callbacks get it. Only that thread uses what changes; messages come from other threads too, but none of a bad request.
final class DaemonThread {
    let terms: ConnectionTerms
    private var heads: [RequestBeingRead] = []

    init(_ terms: ConnectionTerms) {
        self.terms = terms
    }

    /// A request line was read; the rest of the head mostly comes at once.
    func headBegan(on connection: RequestBeingRead) { heads.append(connection) }

    /// The whole head was read, or its connection has ended.
    func headEnded(of exchange: Exchange) {
        guard let index = heads.lastIndex(where: { $0.exchange === exchange }) else { return }
        heads.remove(at: index)
    }

    /// Answers a request whose body libmicrohttpd does not understand, and ends its connection.
    ///
    /// libmicrohttpd would make its own answer twice (0.9.75), the second head within the body of the first. It says what is
    /// wrong in its log only, just before. Of all heads that are being read, that one alone has its end.
    func refuseBody(status: Int) {
        heads.first(where: \.hasItsEnd)?.refuse(status: status)
    }
}

/// A request of which libmicrohttpd has read the first line; the pointer is good until the request is completed.
@safe
struct RequestBeingRead {
    private let connection: OpaquePointer
    private let descriptor: Int32
    let exchange: Exchange

    init(_ exchange: Exchange, on connection: OpaquePointer, _ descriptor: Int32) {
        unsafe self.connection = unsafe connection
        self.descriptor = descriptor
        self.exchange = exchange
    }

    /// Whether its empty line was read.
    var hasItsEnd: Bool {
        unsafe cmicrohttpd_connection_info(connection, .CONNECTION_INFO_REQUEST_HEADER_SIZE) != nil
    }

    func refuse(status: Int) {
        // Over TLS the connection ends without an answer.
        let isTLS = unsafe cmicrohttpd_connection_info(connection, .CONNECTION_INFO_GNUTLS_SESSION) != nil
        if !isTLS {
            let reason = status == 413 ? "Content Too Large" : "Bad Request"
            PlainAnswer(status: status, reason: reason, text: "\(status) \(reason)").send(on: descriptor)
        }
        SocketEnd.close(descriptor)
    }
}
