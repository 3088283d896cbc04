import Glibc
import Synchronization

/// The thread that accepts connections within the limits and enforces deadlines.
///
/// It wakes for a new connection, for `wake`, and, while connections are open, every period to look at their clocks.
final class Acceptor: Sendable {
    private let sockets: [ListeningSocket]
    private let workers: [Worker]
    private let context: ServerContext
    private let thread = Mutex<pthread_t?>(nil)
    private let isEnding = Atomic(false)

    init(sockets: [ListeningSocket], workers: [Worker], context: ServerContext) {
        self.sockets = sockets
        self.workers = workers
        self.context = context
    }

    func start() throws(MicrohttpdError) {
        let started = try Loop { self.run() }.start()
        thread.withLock { $0 = started }
    }

    /// Ends the thread and waits for it; further calls do nothing.
    func stop() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        isEnding.store(true, ordering: .sequentiallyConsistent)
        context.wake.signal()
        pthread_join(thread, nil)
    }

    private func run() {
        let limits = context.configuration.limits
        let period = max(
            .milliseconds(5), min(.milliseconds(100), limits.requestDeadline / 4, limits.responseDeadline / 4)
        )
        var nextLook = ContinuousClock.now
        var turn = 0
        while !isEnding.load(ordering: .sequentiallyConsistent) {
            wait(context.connections.isEmpty ? nil : ContinuousClock.now.duration(to: nextLook))
            context.wake.drain()
            if ContinuousClock.now >= nextLook {
                context.connections.endOverdue(
                    request: limits.requestDeadline, response: limits.responseDeadline)
                nextLook = .now.advanced(by: period)
            }
            for socket in sockets where canAccept {
                accept(from: socket, turn: &turn)
            }
        }
    }

    private var canAccept: Bool { !context.isStopping && context.connections.hasRoom() }

    /// Sleeps until there is something to do, at most `timeout`; connections that cannot be accepted do not wake it.
    private func wait(_ timeout: Duration?) {
        var descriptors = [pollfd(fd: context.wake.descriptor, events: Int16(POLLIN), revents: 0)]
        if canAccept {
            descriptors += sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        }
        unsafe poll(&descriptors, nfds_t(descriptors.count), timeout.map(WakePipe.milliseconds) ?? -1)
    }

    private func accept(from socket: ListeningSocket, turn: inout Int) {
        while canAccept {
            guard let connection = AcceptedConnection(from: socket) else {
                return acceptFailed(errno)
            }
            guard context.connections.admit(connection.descriptor, from: connection.remoteAddress) else {
                close(connection.descriptor)
                continue
            }
            turn = (turn + 1) % workers.count
            if !workers[turn].add(connection) { context.connections.closed(connection.descriptor) }
        }
    }

    private func acceptFailed(_ code: Int32) {
        guard code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM else { return }
        context.log("cannot accept connections: \(unsafe String(cString: strerror(code)))")
        // The socket stays readable; without a pause this would spin until a descriptor is free.
        _ = context.wake.wait(timeout: .milliseconds(100))
    }
}

/// One of the server's threads; its daemon is there until the server stops.
final class Worker: Sendable {
    private let daemon: Mutex<Daemon?>

    init(context: ServerContext) throws(MicrohttpdError) {
        daemon = Mutex(try Daemon(context: context))
    }

    /// Hands over an accepted connection; on false it is already closed.
    func add(_ connection: AcceptedConnection) -> Bool {
        daemon.withLock { daemon in
            guard daemon != nil else {
                close(connection.descriptor)
                return false
            }
            return daemon?.add(connection) == true
        }
    }

    /// Closes the daemon's connections, waits for a handler that runs, and ends the thread.
    func stop() {
        daemon.withLock { $0 = nil }
    }
}
