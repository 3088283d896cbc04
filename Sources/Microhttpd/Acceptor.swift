import Glibc
import Linux
import Synchronization

/// The thread that accepts connections within the limits and enforces deadlines.
///
/// It wakes for a new connection, for `wake`, and, while connections are open, every period to look at their clocks.
final class Acceptor: Sendable {
    private let sockets: [ListeningSocket]
    private let groups: DaemonGroups
    private let context: ServerContext
    private let thread = Mutex<JoinableThread?>(nil)
    private let isEnding = Atomic(false)

    init(sockets: [ListeningSocket], groups: DaemonGroups, context: ServerContext) {
        self.sockets = sockets
        self.groups = groups
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
        var rounds = AcceptRounds(sockets: sockets, groups: groups, context: context)
        while !isEnding.load(ordering: .sequentiallyConsistent) { rounds.next() }
    }
}

/// The work of the accepting thread, which alone has it.
struct AcceptRounds {
    private let sockets: [ListeningSocket]
    private let groups: DaemonGroups
    private let context: ServerContext
    private let period: Duration
    private var nextLook = ContinuousClock.now
    private var turn: UInt = 0
    private var spares: SpareDescriptors
    /// Since when there is no room and nobody could be ended for it.
    private var fullSince: ContinuousClock.Instant?
    /// Until when nothing is accepted, as there is no descriptor for it.
    private var pausedUntil: ContinuousClock.Instant?

    /// Per connection: otherwise the kernel buffers up to 4 MB of an answer that nobody reads, and the answer counts as sent.
    private static let sendBuffer = 256 << 10
    /// Long enough for libmicrohttpd to close a connection that was ended.
    private static let pause = Duration.milliseconds(20)
    /// How long a connection waits in the kernel for room, while all others are busy.
    private static let patience = Duration.milliseconds(250)

    init(sockets: [ListeningSocket], groups: DaemonGroups, context: ServerContext) {
        self.sockets = sockets
        self.groups = groups
        self.context = context
        let limits = context.configuration.limits
        let shortest = min(
            limits.handshakeDeadline, limits.requestDeadline,
            context.router.shortestDeadline ?? limits.responseDeadline,
            limits.responseDeadline, limits.inactivity)
        period = max(.milliseconds(5), min(.milliseconds(100), shortest / 4))
        spares = SpareDescriptors(of: context.wake, count: HTTPServer.Limits.spareDescriptors)
    }

    /// Waits for something to do, and does it.
    mutating func next() {
        wait()
        context.wake.drain()
        context.roundBegan()
        let now = ContinuousClock.now
        if now >= nextLook {
            context.connections.look()
            nextLook = now.advanced(by: period)
        }
        groups.settle(context.connections, at: now)
        spares.refill()
        if let pausedUntil, pausedUntil <= now { self.pausedUntil = nil }
        for socket in sockets where pausedUntil == nil { accept(from: socket) }
        if fullSince != nil, !sockets.contains(where: \.hasWaiting) { fullSince = nil }
    }

    /// Connections that cannot be accepted must not wake the thread.
    private var isListening: Bool {
        pausedUntil == nil && !context.isStopping && (fullSince == nil || isPatienceOver)
    }

    private var isPatienceOver: Bool {
        fullSince.map { $0.advanced(by: Self.patience) <= .now } ?? false
    }

    private func wait() {
        var descriptors = [pollfd(fd: context.wake.descriptor.rawValue, events: Int16(POLLIN), revents: 0)]
        if isListening {
            descriptors += sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        }
        var deadlines = [pausedUntil]
        if !context.connections.isEmpty || groups.retiredCount > 0 { deadlines.append(nextLook) }
        if !isPatienceOver { deadlines.append(fullSince?.advanced(by: Self.patience)) }
        let first = deadlines.compactMap(\.self).min()
        let timeout = first.map { max(.zero, ContinuousClock.now.duration(to: $0)).wholeMilliseconds }
        unsafe poll(&descriptors, nfds_t(descriptors.count), timeout ?? -1)
    }

    private mutating func accept(from socket: ListeningSocket) {
        while !context.isStopping {
            var isRefused = false
            if context.connections.hasRoom {
                fullSince = nil
            } else {
                // Nobody has to go for a connection that is not there.
                guard socket.hasWaiting else { return }
                if context.connections.makeRoom() {
                    fullSince = nil
                } else {
                    fullSince = fullSince ?? .now
                    guard isPatienceOver else { return }
                    isRefused = true
                }
            }
            do throws(LinuxError) {
                guard let connection = try socket.accept() else { return }
                if isRefused {
                    context.connections.refused()
                    refuse(connection.takeDescriptor())
                } else {
                    admit(connection, from: socket)
                }
            } catch {
                guard acceptFailed(error, on: socket) else { return }
            }
        }
    }

    private mutating func admit(_ connection: consuming AcceptedConnection, from socket: ListeningSocket) {
        let raw = connection.descriptor.rawValue
        let group = groups.current
        guard
            context.connections.admit(
                raw, from: connection.peer, to: socket.address, under: group.terms)
        else { return refuse(connection.takeDescriptor()) }
        connection.descriptor.setSendBuffer(Self.sendBuffer)
        turn &+= 1
        if !group.add(connection, turn: turn) { context.connections.forget(raw) }
    }

    /// Whether to go on accepting after a failure.
    private mutating func acceptFailed(_ error: LinuxError, on socket: ListeningSocket) -> Bool {
        guard case .call(_, let code, _) = error, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) else {
            return false
        }
        let reason = LinuxError.text(of: code)
        context.log("cannot accept connections: \(reason)")
        context.configuration.connectionEvent(.acceptFailed(reason: reason))
        if spares.count > 1 { return spares.release() }
        // The last one answers those who would wait for ever.
        if !context.connections.freeDescriptor(), spares.release() {
            if let connection = try? socket.accept() {
                context.connections.refused()
                refuse(connection.takeDescriptor())
            }
            spares.refill()
        }
        // The socket stays readable; without a pause this would spin until a descriptor is free.
        pausedUntil = .now + Self.pause
        return false
    }

    /// Answers a connection that there is no room for, and closes it.
    private func refuse(_ connection: consuming Descriptor) {
        // A TLS client could not read the answer.
        guard groups.current.terms.tls == nil else { return }
        let text = "Limit of connections reached, try again later.\n"
        let answer =
            "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
            + "Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
        // Closing with unread bytes would reset the connection, which can lose the answer.
        var unread = [UInt8](repeating: 0, count: 16_384)
        _ = try? connection.read(into: &unread)
        let bytes = Array(answer.utf8)
        _ = unsafe send(connection.rawValue, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        shutdown(connection.rawValue, Int32(SHUT_WR))
        _ = try? connection.read(into: &unread)
    }
}
