import Glibc

/// The owner of a listening descriptor, closed when the last reference goes.
final class ListeningSocket: Sendable {
    let descriptor: Int32
    /// The address with the port that the kernel really gave; for an inherited socket what it is bound to.
    let address: ListenAddress

    /// Binds and listens; errors name the address and the system's reason.
    init(_ requested: ListenAddress) throws(MicrohttpdError) {
        var failure = EADDRNOTAVAIL
        // Only a host without IPv6 goes on to the next candidate; a port in use is in use.
        for candidate in try SocketAddress.resolve(requested)
        where failure == EADDRNOTAVAIL || failure == EAFNOSUPPORT {
            switch Self.listen(candidate) {
            case .success(let descriptor):
                self.descriptor = descriptor
                let port = SocketAddress.local(of: descriptor)?.port ?? requested.port
                self.address = ListenAddress(host: requested.host, port: port)
                return
            case .failure(let error):
                failure = error.code
            }
        }
        throw .cannotListen(address: requested.description, errno: failure)
    }

    /// Takes over a descriptor that already listens, as socket activation hands it out.
    init(takingOwnership descriptor: Int32) throws(MicrohttpdError) {
        var listening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size)
        guard result == 0, listening == 1 else { throw .notListening(descriptor: descriptor) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        self.descriptor = descriptor
        let local = SocketAddress.local(of: descriptor)
        self.address = ListenAddress(host: local?.host ?? "unix", port: local?.port ?? 0)
    }

    deinit {
        close(descriptor)
    }

    private struct Failure: Error {
        let code: Int32
    }

    private static func listen(_ candidate: SocketAddress) -> Result<Int32, Failure> {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(candidate.family, type, 0)
        guard descriptor >= 0 else { return .failure(Failure(code: errno)) }
        setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        if candidate.family == AF_INET6 {
            setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, candidate.isUnspecified ? 0 : 1)
        }
        guard unsafe candidate.withPointer({ unsafe bind(descriptor, $0, $1) }) == 0,
            Glibc.listen(descriptor, backlog) == 0
        else {
            let failure = Failure(code: errno)
            close(descriptor)
            return .failure(failure)
        }
        return .success(descriptor)
    }

    /// Connections the kernel holds while all slots are taken; net.core.somaxconn caps it.
    private static let backlog: Int32 = 1024

    private static func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
