/// What libmicrohttpd keeps of a connection from its start to its end, used by its thread only.
final class ConnectionState {
    /// Nil for plain HTTP.
    let tls: TLSConnection?
    /// What stages are told of it; there from the first request on.
    var facts: ConnectionFacts?
    /// The request that is under way.
    var exchange: Exchange?

    init(_ tls: TLSConnection?) {
        self.tls = tls
    }
}
