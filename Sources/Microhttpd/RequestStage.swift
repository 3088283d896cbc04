package import Linux

/// What is known of the connection that a request came on.
package struct ConnectionFacts: Sendable, Equatable {
    /// The client's numeric address without its port, or `unix`.
    package var remoteAddress: String
    /// Whoever shares the limits of one client: an IPv4 address, an IPv6 network of 64 bits, or `unix`.
    package var client: String
    /// Where the server listens that the client connected to; nil once the connection has ended.
    package var listener: ListenAddress?
    /// Whether the connection is encrypted.
    package var isTLS = false
    /// Whom a verified client certificate names.
    package var identity: String?

    /// Facts from their parts; for tests of stages.
    package init(
        remoteAddress: String = "127.0.0.1", client: String? = nil, listener: ListenAddress? = nil,
        isTLS: Bool = false, identity: String? = nil
    ) {
        self.remoteAddress = remoteAddress
        self.client = client ?? remoteAddress
        self.listener = listener
        self.isTLS = isTLS
        self.identity = identity
    }
}

/// What a stage says of a request.
package enum StageVerdict: Sendable {
    /// The next stage is asked, with what this one changed in the request.
    case pass
    /// Answered in the place of the handler; no further stage is asked.
    case answer(Response)
    /// Somebody else says so later.
    case later(StageWork)
}

/// What was found out about a request that waited for it.
package enum LateVerdict: Sendable {
    /// The next stage is asked; who sent the request is known now.
    case pass(identity: String?)
    /// Answered in the place of the handler.
    case answer(Response)
}

/// Begins to find something out; called on the thread of the connection, which is suspended, so it must not block.
///
/// What it is given has to be called once, from any thread. Until then the connection costs no thread, and the server can't
/// end.
package typealias StageWork = @Sendable (_ decide: @escaping @Sendable (LateVerdict) -> Void) -> Void

/// Looks at a request once its head is there: before its handler is called, and before its body is read.
///
/// Called on libmicrohttpd's threads, several at once; it must not block.
package protocol RequestStage: Sendable {
    /// Says what becomes of the request, which has no body yet.
    ///
    /// Stages see a request in order. Its route is known; where there is none, stages are asked all the same.
    func receive(_ request: inout Request, on connection: ConnectionFacts) -> StageVerdict

    /// Adds what belongs into every answer, also those of other stages.
    func complete(_ headers: inout Headers)

    /// The server is about to stop: what has not begun to be found out is to be answered now.
    func hurry()
}

extension RequestStage {
    /// Nothing belongs into every answer.
    package func complete(_ headers: inout Headers) {}

    /// Nothing takes long.
    package func hurry() {}
}
