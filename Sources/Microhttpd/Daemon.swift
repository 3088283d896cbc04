import CMicrohttpd
import Glibc
import Linux

/// The only owner of one libmicrohttpd daemon with one thread; its end closes the connections and ends the thread.
///
/// It has no listening socket. MHD_stop_daemon would shut that down, also for the process that passed or inherits it.
/// MHD_quiesce_daemon would keep it, but races with the daemon's own epoll loop and then aborts the process.
@safe
struct Daemon: ~Copyable {
    private let handle: OpaquePointer
    private let thread: Unmanaged<DaemonThread>

    /// Starts the thread.
    init(terms: ConnectionTerms) throws(MicrohttpdError) {
        // libmicrohttpd blocks SIGPIPE in its threads by itself; inter-thread signalling (ITC) wakes it for a new connection.
        var flags =
            MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_USE_NO_LISTEN_SOCKET.rawValue
            | MHD_USE_ERROR_LOG.rawValue | MHD_USE_ITC.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
        if terms.tls != nil { flags |= MHD_USE_TLS.rawValue }
        let limits = terms.server.configuration.limits
        let retained = unsafe Unmanaged.passRetained(DaemonThread(terms))
        let started = unsafe cmicrohttpd_start(
            flags, retained.toOpaque(), messageLogged, requestContinued, requestBegan, requestCompleted,
            connectionChanged,
            UInt32(clamping: Self.laterTimeout(than: limits)), max(4096, limits.connectionMemory)
        )
        guard let started = unsafe started else {
            unsafe retained.release()
            throw .cannotStart(reason: terms.server.reason)
        }
        unsafe handle = unsafe started
        unsafe thread = unsafe retained
    }

    /// libmicrohttpd's own timeout, for connections that have missed being shut down; others never come to it.
    private static func laterTimeout(than limits: HTTPServer.Limits) -> Int64 {
        let longest = max(
            limits.inactivity, limits.handshakeDeadline, limits.requestDeadline, limits.responseDeadline)
        return min(longest.components.seconds, Int64(UInt32.max) / 2) + 60
    }

    /// Hands over an accepted connection; on false it is already closed.
    func add(_ descriptor: Int32, from peer: SocketAddress) -> Bool {
        unsafe peer.withPointer { address, length in
            unsafe MHD_add_connection(handle, descriptor, address, length) == .YES
        }
    }

    deinit {
        unsafe MHD_stop_daemon(handle)
        unsafe thread.release()
    }
}
