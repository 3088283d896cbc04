import CLinux
import Glibc

/// A connection to a TCP server, closed when the value ends; a slow peer is an error, never a hang.
///
/// Every failure is a `LinuxError.connectionFailed` with the host and port.
package struct TCPConnection: ~Copyable, Sendable {
    private let descriptor: Descriptor
    private let host: String
    private let port: UInt16

    /// Connects to the first address of `host` that answers, each within `timeout` and all before `deadline`.
    ///
    /// The resolution of a name takes as long as the system's resolver does, which knows no deadline.
    package init(
        host: String, port: UInt16, timeout: Duration = .seconds(10), deadline: ContinuousClock.Instant
    ) throws(LinuxError) {
        let raw = try unsafe InternetAddress.firstConnected(host: host, port: port) {
            family, address, length in
            let limit = min(deadline, .now + timeout)
            return unsafe Self.connected(family, address, length, until: limit).mapError {
                Self.failure(host, port, $0)
            }
        }
        descriptor = Descriptor(takingOwnership: raw)
        self.host = host
        self.port = port
    }

    /// Writes all of `bytes`.
    package borrowing func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(LinuxError) {
        do throws(LinuxError) {
            try descriptor.send(bytes, until: deadline)
        } catch {
            throw Self.failure(host, port, error)
        }
    }

    /// Appends what comes next; false at the orderly end of the stream, an error once `bytes` outgrow `limit`.
    package borrowing func read(
        appendingTo bytes: inout [UInt8], limit: Int, deadline: ContinuousClock.Instant
    ) throws(LinuxError) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count: Int
        do throws(LinuxError) {
            count = try descriptor.receive(into: &chunk, until: deadline)
        } catch {
            throw Self.failure(host, port, error)
        }
        guard bytes.count + count <= limit else {
            throw .connectionFailed(host: host, port: port, reason: "it sent more than \(limit) bytes")
        }
        bytes += chunk[..<count]
        return count > 0
    }

    private static func connected(
        _ family: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t,
        until limit: ContinuousClock.Instant
    ) -> Result<Int32, LinuxError> {
        Result { () throws(LinuxError) in
            let raw = try check("socket") { clinux_socket(family, Int32(SOCK_STREAM.rawValue)) }
            let socket = Descriptor(takingOwnership: raw)
            let code = unsafe connect(raw, address, length) == 0 ? 0 : errno
            switch code {
            case 0: break
            // An interrupted connect goes on in the background like one that takes its time, see connect(2).
            case EINPROGRESS, EINTR: try socket.finishConnecting(until: limit)
            default: throw .call(operation: "connect", errno: code, context: "")
            }
            return socket.release()
        }
    }

    private static func failure(_ host: String, _ port: UInt16, _ cause: LinuxError) -> LinuxError {
        guard case .call(_, let code, _) = cause else { return cause }
        return .connectionFailed(host: host, port: port, reason: LinuxError.text(of: code))
    }
}
