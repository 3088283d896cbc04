import Glibc
import Linux
import Synchronization

/// One of the server's threads; its daemon is there until it is stopped.
final class Worker: Sendable {
    private let daemon: Mutex<Daemon?>

    init(terms: ConnectionTerms) throws(MicrohttpdError) {
        daemon = Mutex(try Daemon(terms: terms))
    }

    /// Hands over an accepted connection; on false it is already closed.
    func add(_ connection: consuming AcceptedConnection) -> Bool {
        let peer = connection.peer
        let descriptor = connection.takeDescriptor().release()
        return daemon.withLock { daemon in
            guard daemon != nil else {
                close(descriptor)
                return false
            }
            return daemon?.add(descriptor, from: peer) == true
        }
    }

    /// Closes the daemon's connections, waits for a handler that runs, and ends the thread.
    func stop() {
        daemon.withLock { $0 = nil }
    }
}
