import Linux

/// The daemons that serve under the same terms.
final class DaemonGroup: Sendable {
    let terms: ConnectionTerms
    private let workers: [Worker]

    /// Starts the daemons, or none.
    init(_ terms: ConnectionTerms) throws(MicrohttpdError) {
        self.terms = terms
        var workers: [Worker] = []
        for _ in 0..<max(1, terms.server.configuration.limits.threads) {
            workers.append(try Worker(terms: terms))
        }
        self.workers = workers
    }

    /// Hands over an accepted connection, to each worker in its turn; on false it is already closed.
    func add(_ connection: consuming AcceptedConnection, turn: UInt) -> Bool {
        workers[Int(turn % UInt(workers.count))].add(connection)
    }

    /// Closes what is open, and waits for handlers that run.
    func stop() {
        for worker in workers { worker.stop() }
    }
}
