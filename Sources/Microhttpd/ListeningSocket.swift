import Glibc
import Linux

/// The owner of a listening descriptor, closed when the last reference goes.
final class ListeningSocket: Sendable {
    private let listener: StreamListener
    /// The address with the port that the kernel really gave; for an inherited socket what it is bound to.
    let address: ListenAddress

    /// Binds and listens; errors name the address and the system's reason.
    init(_ requested: ListenAddress) throws(MicrohttpdError) {
        do throws(LinuxError) {
            if let path = requested.path {
                listener = try StreamListener(path: path)
                address = requested
                return
            }
            listener = try StreamListener(requested)
        } catch {
            switch error {
            case .call(_, let code, _):
                throw .cannotListen(address: requested.description, errno: code)
            case .unusableHost(_, _, let reason):
                throw .unknownHost(address: requested.description, reason: reason)
            default: throw .outOfResources(error)
            }
        }
        let bound = SocketAddress(boundTo: listener.descriptor.rawValue)
        address = ListenAddress(host: requested.host, port: bound?.port ?? requested.port)
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
        address = ListenAddress(host: local?.host ?? "unix", port: local?.port ?? 0)
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
