import CSystemd
import Glibc

/// A socket to the service manager that never blocks, as libsystemd's does while the manager does not read.
///
/// Any thread may send. The socket stays open, so that a process without a free descriptor can still say that it lives.
final class NotifySocket: Sendable {
    private let descriptor: Int32
    /// As `sockaddr_un` has it: a path with its zero, or a name that begins with one.
    private let name: [CChar]

    /// Asked for so much room, which the kernel grants up to its limit: messages wait in it until the manager reads.
    private static let sendBuffer: Int32 = 8 << 20

    /// Sends to `address`, a value of `$NOTIFY_SOCKET`.
    init(_ address: String) {
        name = Self.name(address)
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var size = Self.sendBuffer
        unsafe _ = setsockopt(
            descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Sends one message, with a descriptor if there is one; 1, or the negative of an errno, as sd_notify(3) says.
    func send(_ message: String, _ passed: Int32?) -> Int32 {
        guard descriptor >= 0 else { return -EMFILE }
        guard !name.isEmpty else { return -EINVAL }
        var message = message
        let result = message.withUTF8 { bytes in
            unsafe csystemd_send(descriptor, name, name.count, bytes.baseAddress, bytes.count, passed ?? -1)
        }
        return result < 0 ? result : 1
    }

    /// Empty for what is neither an absolute path nor, behind `@`, an abstract name.
    private static func name(_ address: String) -> [CChar] {
        let bytes = address.utf8.map { CChar(bitPattern: $0) }
        guard bytes.count > 1, bytes.count <= 107 else { return [] }
        if address.hasPrefix("/") { return bytes + [0] }
        return address.hasPrefix("@") ? [0] + bytes.dropFirst() : []
    }
}
