import Glibc
import Linux

/// The owner of a listening descriptor, closed when the last reference goes.
final class ListeningSocket: Sendable {
    private let listener: StreamListener
    /// The address with the port that the kernel really gave; for an inherited socket what it is bound to.
    let address: ListenAddress

    /// Binds and listens wherever `requested` stands for; errors name the address and the system's reason.
    ///
    /// - Parameter mode: of a Unix socket.
    static func open(
        _ requested: ListenAddress, mode: UInt32
    ) throws(MicrohttpdError) -> [ListeningSocket] {
        do throws(LinuxError) {
            if let path = requested.path {
                return [ListeningSocket(try StreamListener(path: path, mode: mode), requested)]
            }
            // A machine without IPv6 has one address less for localhost.
            return try requested.openLoopbacks(missing: { _ in }, port: { $0.address.port }) {
                address throws(LinuxError) in
                let listener = try StreamListener(address)
                let port = SocketAddress(boundTo: listener.descriptor.rawValue)?.port ?? address.port
                return ListeningSocket(listener, ListenAddress(host: address.host, port: port))
            }
        } catch {
            switch error {
            case .call(_, let code, _):
                throw .cannotListen(address: requested.description, errno: code)
            case .unusableHost(_, _, let reason):
                throw .unknownHost(address: requested.description, reason: reason)
            default: throw .outOfResources(error)
            }
        }
    }

    private init(_ listener: consuming StreamListener, _ address: ListenAddress) {
        self.listener = listener
        self.address = address
    }

    /// Takes over a descriptor that already listens, as socket activation hands it out.
    init(takingOwnership descriptor: Int32) throws(MicrohttpdError) {
        var listening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size)
        // Checked before it is owned: a refused descriptor stays open for its owner.
        guard result == 0, listening == 1 else { throw .notListening(descriptor: descriptor) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        listener = try MicrohttpdError.wrapping { () throws(LinuxError) in
            try StreamListener(takingOwnership: Descriptor(takingOwnership: descriptor))
        }
        let local = SocketAddress(boundTo: descriptor)
        if let path = local?.path {
            address = ListenAddress(path: path)
        } else {
            address = ListenAddress(host: local?.host ?? "", port: local?.port ?? 0)
        }
    }

    var descriptor: Int32 { listener.descriptor.rawValue }

    /// Whether a connection waits to be accepted.
    var hasWaiting: Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, 0) == 1
    }

    /// The next waiting connection, `nil` when there is none.
    func accept() throws(LinuxError) -> AcceptedConnection? {
        try listener.acceptConnection()
    }
}
