package import Linux

/// What is known of the connection that a request came on.
package struct ConnectionFacts: Sendable, Equatable {
    /// The client's numeric address without its port, or `unix`.
    package var remoteAddress: String
    /// Where the server listens that the client connected to; nil once the connection has ended.
    package var listener: ListenAddress?
    /// Whether the connection is encrypted.
    package var isTLS = false
    /// Whom a verified client certificate names.
    package var identity: String?

    /// Facts from their parts; for tests of stages.
    package init(
        remoteAddress: String = "127.0.0.1", listener: ListenAddress? = nil, isTLS: Bool = false,
        identity: String? = nil
    ) {
        self.remoteAddress = remoteAddress
        self.listener = listener
        self.isTLS = isTLS
        self.identity = identity
    }
}

/// Looks at a request once its head is there: before its path is routed, and before its body is read.
///
/// Called on libmicrohttpd's threads, several at once; it must not block.
package protocol RequestStage: Sendable {
    /// Returns nil to pass the request on, with what it changed in it, or an answer in place of the handler's.
    ///
    /// The request has no body yet. Stages see a request in order; after an answer no further stage does.
    func receive(_ request: inout Request, on connection: ConnectionFacts) -> Response?
}
