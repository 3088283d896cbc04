import CLinux
import Glibc

/// A listening Unix stream socket that never blocks.
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

    /// Adopts a listening socket; throws unless it is a stream socket that listens.
    package init(takingOwnership descriptor: consuming Descriptor) throws(LinuxError) {
        try descriptor.requireSocket(Int32(SOCK_STREAM.rawValue), "listening stream socket", listening: true)
        file = nil
        ownBacklog = 0
        self.descriptor = descriptor
    }

    /// The next waiting connection, non-blocking and close-on-exec, or `nil` when there is none.
    ///
    /// Throws EMFILE or ENFILE when out of descriptors: the connection then keeps waiting.
    package borrowing func accept() throws(LinuxError) -> Descriptor? {
        while true {
            let raw = clinux_accept(descriptor.rawValue)
            if raw >= 0 { return Descriptor(takingOwnership: raw) }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EAGAIN: return nil
            case let code: throw .call(operation: "accept4", errno: code, context: "")
            }
        }
    }
}
