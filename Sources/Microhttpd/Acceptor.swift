import Glibc
import Linux
import Synchronization

/// The thread that accepts connections within the limits and enforces deadlines.
///
/// It wakes for a new connection, for `wake`, and, while connections are open, every period to look at their clocks.
final class Acceptor: Sendable {
    private let sockets: [ListeningSocket]
    private let workers: [Worker]
    private let context: ServerContext
    private let thread = Mutex<JoinableThread?>(nil)
    private let isEnding = Atomic(false)
    /// Per connection: otherwise the kernel buffers up to 4 MB of an answer that nobody reads, and the answer counts as sent.
    private static let sendBuffer = 256 << 10

    init(sockets: [ListeningSocket], workers: [Worker], context: ServerContext) {
        self.sockets = sockets
        self.workers = workers
        self.context = context
    }

    func start() throws(MicrohttpdError) {
        let started = try MicrohttpdError.wrapping { () throws(LinuxError) in
            try DedicatedThread.start(name: "http-accept") { self.run() }
        }
        thread.withLock { $0 = started }
    }

    /// Ends the thread and waits for it; further calls do nothing.
    func stop() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        isEnding.store(true, ordering: .sequentiallyConsistent)
        context.wake.signal()
        thread.join()
    }

    private func run() {
        let limits = context.configuration.limits
        let shortest = min(
            limits.requestDeadline, context.router.shortestDeadline ?? limits.responseDeadline,
            limits.responseDeadline)
        let period = max(.milliseconds(5), min(.milliseconds(100), shortest / 4))
        var nextLook = ContinuousClock.now
        var turn = 0
        while !isEnding.load(ordering: .sequentiallyConsistent) {
            wait(context.connections.isEmpty ? nil : ContinuousClock.now.duration(to: nextLook))
            context.wake.drain()
            if ContinuousClock.now >= nextLook {
                context.connections.endOverdue(request: limits.requestDeadline)
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
        var descriptors = [pollfd(fd: context.wake.descriptor.rawValue, events: Int16(POLLIN), revents: 0)]
        if canAccept {
            descriptors += sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        }
        unsafe poll(&descriptors, nfds_t(descriptors.count), timeout?.wholeMilliseconds ?? -1)
    }

    private func accept(from socket: ListeningSocket, turn: inout Int) {
        while canAccept {
            do throws(LinuxError) {
                guard let connection = try socket.accept() else { return }
                let descriptor = connection.descriptor.rawValue
                let isAdmitted = context.connections.admit(
                    descriptor, from: connection.peer.host, to: socket.address)
                guard isAdmitted else { continue }
                connection.descriptor.setSendBuffer(Self.sendBuffer)
                turn = (turn + 1) % workers.count
                if !workers[turn].add(connection) { context.connections.closed(descriptor) }
            } catch {
                return acceptFailed(error)
            }
        }
    }

    private func acceptFailed(_ error: LinuxError) {
        guard case .call(_, let code, _) = error, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) else {
            return
        }
        context.log("cannot accept connections: \(LinuxError.text(of: code))")
        // The socket stays readable; without a pause this would spin until a descriptor is free.
        context.wake.wait(until: .now + .milliseconds(100))
    }
}

/// One of the server's threads; its daemon is there until the server stops.
final class Worker: Sendable {
    private let daemon: Mutex<Daemon?>

    init(context: ServerContext) throws(MicrohttpdError) {
        daemon = Mutex(try Daemon(context: context))
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
