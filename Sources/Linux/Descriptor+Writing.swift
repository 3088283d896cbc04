import CLinux
import Glibc

extension Descriptor {
    /// Writes all of `bytes` to a descriptor that belongs to somebody else, also where that does not block.
    package static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(LinuxError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count >= 0 {
                written += count
                continue
            }
            let code = errno
            guard code == EAGAIN || code == EINTR else {
                throw .call(operation: "write", errno: code, context: name(of: descriptor))
            }
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            if code == EAGAIN { unsafe _ = poll(&entry, 1, -1) }
        }
    }

    private static func name(of descriptor: Int32) -> String {
        descriptor == STDOUT_FILENO ? "standard output" : "descriptor \(descriptor)"
    }
}
