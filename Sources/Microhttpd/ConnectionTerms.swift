import Synchronization

/// What the connections of some daemons are served under; all that a callback of libmicrohttpd is told of.
final class ConnectionTerms: Sendable {
    let server: ServerContext
    /// Nil for plain HTTP.
    let tls: TLSCredentials?
    /// Tells them from those before.
    let generation: Int
    // Relaxed: a request more under the old terms does no harm.
    private let retired = Atomic(false)

    init(server: ServerContext, tls: TLSCredentials?, generation: Int) {
        self.server = server
        self.tls = tls
        self.generation = generation
    }

    /// Others have taken their place: each connection ends with its next answer.
    var isRetired: Bool { retired.load(ordering: .relaxed) }

    func retire() { retired.store(true, ordering: .relaxed) }
}
