import CLinux
import Glibc

/// A call to the kernel that failed, or a socket address that cannot be used.
package enum LinuxError: Error, Equatable, CustomStringConvertible {
    /// `operation` is the name of the system call, `context` what it was applied to (may be empty).
    case call(operation: String, errno: Int32, context: String)
    /// A Unix socket path of `length` bytes, where the kernel takes 107.
    case pathTooLong(path: String, length: Int)
    /// The directory of a Unix socket does not exist.
    case directoryMissing(path: String)
    /// The directory or socket at `path` may not be written by this user.
    case permissionDenied(path: String)
    /// The file system of `path` can only be read.
    case readOnlyFileSystem(path: String)
    /// A live process listens at `path`.
    case pathInUse(path: String)
    /// Something that is not a socket lies at `path`; it is never removed.
    case notASocket(path: String)
    /// Another socket is bound to `host` and `port`.
    case portInUse(host: String, port: UInt16)
    /// `host` is no address or name of this machine.
    case unusableHost(host: String, port: UInt16, reason: String)
    /// An inherited descriptor is not a socket of the wanted kind.
    case wrongDescriptor(rawValue: Int32, wanted: String)
    /// The file at `path` cannot be read, or holds more than was asked for.
    case unreadable(path: String, reason: String)
    /// `host` and `port` cannot be reached, or the connection to them broke or took too long.
    case connectionFailed(host: String, port: UInt16, reason: String)

    package var description: String {
        switch self {
        case .call(let operation, let errno, let context):
            "\(operation)\(context.isEmpty ? "" : " of \(context)") failed: \(Self.text(of: errno))."
        case .pathTooLong(let path, let length):
            "The socket path \(path) is \(length) bytes long, at most 107 are possible."
        case .directoryMissing(let path):
            "The directory of the socket path \(path) does not exist."
        case .permissionDenied(let path):
            "This user may not create or replace the socket \(path)."
        case .readOnlyFileSystem(let path):
            "The socket \(path) can't be made: its file system is mounted read-only."
        case .pathInUse(let path):
            "Another process already listens at \(path)."
        case .notASocket(let path):
            "\(path) exists and is not a socket; remove it or choose another path."
        case .portInUse(let host, let port):
            "Another socket is already bound to \(Self.address(host, port))."
        case .unusableHost(let host, let port, let reason):
            "Cannot bind to \(Self.address(host, port)): \(reason)."
        case .wrongDescriptor(let rawValue, let wanted):
            "Descriptor \(rawValue) is not a \(wanted)."
        case .unreadable(let path, let reason):
            "Cannot read \(path): \(reason)."
        case .connectionFailed(let host, let port, let reason):
            "The connection to \(Self.address(host, port)) failed: \(reason)."
        }
    }

    /// What the system call left in `errno`, where that is known.
    package var number: Int32? {
        guard case .call(_, let errno, _) = self else { return nil }
        return errno
    }

    private static func address(_ host: String, _ port: UInt16) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// The C library's text for an `errno` value.
    package static func text(of errno: Int32) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            // The XSI variant: it fills the buffer and its result tells success.
            guard let base = buffer.baseAddress, unsafe strerror_r(errno, base, buffer.count) == 0 else {
                return "error \(errno)"
            }
            return unsafe String(cString: base)
        }
    }
}

/// Runs a call until it is not interrupted by a signal, and throws what it left in `errno` for a negative result.
func check(
    _ operation: String, _ context: @autoclosure () -> String = "", _ call: () -> Int32
) throws(LinuxError) -> Int32 {
    while true {
        let result = call()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw .call(operation: operation, errno: code, context: context()) }
    }
}
