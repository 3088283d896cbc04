import CLinux
import Glibc

/// A connection over a Unix stream socket, closed when the value ends; a slow peer is an error, never a hang.
package struct UnixConnection: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Connects to the socket at `path`; one whose queue of connections is full is tried again until the deadline.
    package init(path: String, deadline: ContinuousClock.Instant) throws(LinuxError) {
        descriptor = try Self.connected(path, deadline)
    }

    /// Takes over a connection that was accepted.
    package init(takingOwnership descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    private static let retryMicroseconds: UInt32 = 10_000

    private static func connected(
        _ path: String, _ deadline: ContinuousClock.Instant
    ) throws(LinuxError) -> Descriptor {
        let address = try UnixAddress(path)
        let socket = Descriptor(
            takingOwnership: try check("socket", path) {
                clinux_socket(AF_UNIX, Int32(SOCK_STREAM.rawValue))
            })
        while unsafe address.withPointer({ unsafe connect(socket.rawValue, $0, $1) }) != 0 {
            let code = errno
            guard code == EAGAIN || code == EINTR, .now < deadline else {
                throw .call(operation: "connect", errno: code, context: path)
            }
            // A connect that finds the queue full leaves nothing behind that could be polled.
            if code == EAGAIN { usleep(retryMicroseconds) }
        }
        return socket
    }

    /// The user who connected, as the kernel noted it then; nil where it says nothing.
    package var peerUser: UInt32? {
        var user: UInt32 = 0
        return unsafe clinux_peer_user(descriptor.rawValue, &user) == 1 ? user : nil
    }

    /// Writes all of `bytes`.
    package borrowing func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(LinuxError) {
        try descriptor.send(bytes, until: deadline)
    }

    /// Reads until the peer ends the stream, `isComplete` says that it is enough, or there are more than `limit` bytes.
    package borrowing func read(
        limit: Int, deadline: ContinuousClock.Instant, until isComplete: ([UInt8]) -> Bool = { _ in false }
    ) throws(LinuxError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= limit, !isComplete(bytes) {
            let count = try descriptor.receive(into: &chunk, until: deadline)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
