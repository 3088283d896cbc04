import CLinux
import Glibc

/// A connection just accepted, and where it comes from.
package struct AcceptedConnection: ~Copyable, Sendable {
    /// Non-blocking and close-on-exec.
    package let descriptor: Descriptor
    /// The peer's address; that of a Unix socket has neither host nor port.
    package let peer: SocketAddress

    /// The connection alone.
    package consuming func takeDescriptor() -> Descriptor { descriptor }
}

/// A listening stream socket, TCP or Unix, that never blocks.
package struct StreamListener: ~Copyable, Sendable {
    package let descriptor: Descriptor
    /// Connections that may wait and that end with this value, 0 for an adopted socket: its other owners accept them.
    package let ownBacklog: Int
    private let file: UnixSocketFile?

    /// Listens at `path` with the permissions of `mode`, replacing the file of a dead process.
    package init(path: String, mode: UInt32 = 0o666, backlog: Int32 = 256) throws(LinuxError) {
        let type = Int32(SOCK_STREAM.rawValue)
        let descriptor = Descriptor(
            takingOwnership: try check("socket", path) { clinux_socket(AF_UNIX, type) })
        let raw = descriptor.rawValue
        let file = try UnixSocketFile(binding: descriptor, type: type, path: path, mode: mode)
        _ = try check("listen", path) { listen(raw, backlog) }
        self.file = consume file
        // The kernel queues one more than it is told.
        ownBacklog = Int(backlog) + 1
        self.descriptor = descriptor
    }

    /// Removes the file of a socket that was bound here, before the value ends.
    package borrowing func removeFile() {
        switch file {
        case .some(let file): file.remove()
        case .none: break
        }
    }

    /// Listens on TCP; a host without IPv6 listens on IPv4 where all interfaces are meant.
    ///
    /// Throws `.call` with the errno of the last address that was tried, `.unusableHost` where there is none.
    package init(_ address: ListenAddress, backlog: Int32 = 1024) throws(LinuxError) {
        var failure = LinuxError.call(
            operation: "bind", errno: EADDRNOTAVAIL, context: address.description)
        for candidate in try InternetAddress.toListen(on: address) {
            do throws(LinuxError) {
                descriptor = try Self.listening(candidate, backlog, address.description)
                file = nil
                ownBacklog = Int(backlog) + 1
                return
            } catch {
                failure = error
                // Only a host without the address or its family goes on to the next; a port in use is in use.
                guard case .call(_, EADDRNOTAVAIL, _) = error else {
                    guard case .call(_, EAFNOSUPPORT, _) = error else { break }
                    continue
                }
            }
        }
        throw failure
    }

    /// Adopts a listening socket; throws unless it is a stream socket that listens.
    package init(takingOwnership descriptor: consuming Descriptor) throws(LinuxError) {
        try descriptor.requireSocket(Int32(SOCK_STREAM.rawValue), "listening stream socket", listening: true)
        file = nil
        ownBacklog = 0
        self.descriptor = descriptor
    }

    /// The TCP port that is bound, 0 for a Unix socket.
    package var boundPort: UInt16 { SocketAddress(boundTo: descriptor.rawValue)?.port ?? 0 }

    /// Has the kernel probe TCP connections that are silent for a minute, and break those whose peer is gone after two.
    ///
    /// Unix sockets need none, and a socket that was made with probes keeps its own times.
    package borrowing func probeSilentConnections() {
        guard boundPort != 0, descriptor.option(SOL_SOCKET, SO_KEEPALIVE) == 0 else { return }
        // Accepted connections inherit all of it.
        descriptor.setOption(SOL_SOCKET, SO_KEEPALIVE, 1)
        let tcp = Int32(IPPROTO_TCP)
        descriptor.setOption(tcp, TCP_KEEPIDLE, 60)
        descriptor.setOption(tcp, TCP_KEEPINTVL, 15)
        descriptor.setOption(tcp, TCP_KEEPCNT, 4)
    }

    /// The next waiting connection, non-blocking and close-on-exec, or `nil` when there is none.
    ///
    /// Throws EMFILE or ENFILE when out of descriptors: the connection then keeps waiting.
    package borrowing func accept() throws(LinuxError) -> Descriptor? {
        guard let connection = try acceptConnection() else { return nil }
        return connection.takeDescriptor()
    }

    /// What `accept` does, with the peer's address.
    package borrowing func acceptConnection() throws(LinuxError) -> AcceptedConnection? {
        let listening = descriptor.rawValue
        while true {
            var raw: Int32 = -1
            let peer = unsafe SocketAddress { address, length in
                raw = unsafe clinux_accept(listening, address, &length)
                return raw
            }
            if let peer {
                return AcceptedConnection(descriptor: Descriptor(takingOwnership: raw), peer: peer)
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EAGAIN: return nil
            case let code: throw .call(operation: "accept4", errno: code, context: "")
            }
        }
    }

    private static func listening(
        _ candidate: SocketAddress, _ backlog: Int32, _ context: String
    ) throws(LinuxError) -> Descriptor {
        let family = candidate.family
        let descriptor = Descriptor(
            takingOwnership: try check("socket", context) {
                clinux_socket(family, Int32(SOCK_STREAM.rawValue))
            })
        let raw = descriptor.rawValue
        descriptor.setOption(SOL_SOCKET, SO_REUSEADDR, 1)
        if family == AF_INET6 {
            descriptor.setOption(Int32(IPPROTO_IPV6), IPV6_V6ONLY, candidate.isUnspecified ? 0 : 1)
        }
        _ = try check("bind", context) { unsafe candidate.withPointer { unsafe bind(raw, $0, $1) } }
        _ = try check("listen", context) { listen(raw, backlog) }
        return descriptor
    }
}
