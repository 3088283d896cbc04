import CLinux
import Glibc

@testable import Linux

/// A TCP socket of the loopback address for tests, on a port of the kernel's choice.
struct TCPServer: ~Copyable {
    let descriptor: Descriptor

    /// Without a backlog it is bound, but refuses every connection.
    init(backlog: Int32?) throws {
        let type = Int32(SOCK_STREAM.rawValue)
        let raw = try unsafe InternetAddress.firstBound(host: "127.0.0.1", port: 0, type: type) {
            family, address, length in
            Result { () throws(LinuxError) in
                let socket = Descriptor(takingOwnership: try check("socket") { clinux_socket(family, type) })
                let raw = socket.rawValue
                _ = try check("bind") { unsafe bind(raw, address, length) }
                return socket.release()
            }
        }
        let socket = Descriptor(takingOwnership: raw)
        if let backlog { _ = try check("listen") { listen(raw, backlog) } }
        descriptor = socket
    }

    var port: UInt16 { SocketAddress(boundTo: descriptor.rawValue)?.port ?? 0 }

    /// The next connection, which is non-blocking.
    func accept() throws -> Descriptor {
        let raw = descriptor.rawValue
        return Descriptor(takingOwnership: try check("accept4") { clinux_accept(raw, nil, nil) })
    }
}
