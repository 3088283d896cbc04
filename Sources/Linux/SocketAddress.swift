package import CLinux
import Glibc

/// The address of a socket as a value: IPv4, IPv6, or that of a Unix socket.
@safe
package struct SocketAddress: Sendable {
    private var storage = sockaddr_storage()
    private let length: socklen_t

    /// Copies a C address of at most `length` bytes; nil without one.
    init?(copying address: UnsafePointer<sockaddr>?, length: socklen_t) {
        guard let address = unsafe address, length <= socklen_t(MemoryLayout<sockaddr_storage>.size) else {
            return nil
        }
        self.length = length
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
        }
    }

    /// What `call` stores, which answers as `getsockname(2)` does; nil where it fails.
    init?(filledBy call: (UnsafeMutablePointer<sockaddr>, inout socklen_t) -> Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutableBytes(of: &storage) { bytes -> Int32 in
            guard let base = bytes.baseAddress else { return -1 }
            return unsafe call(base.assumingMemoryBound(to: sockaddr.self), &length)
        }
        guard result >= 0 else { return nil }
        self.storage = storage
        self.length = min(length, socklen_t(MemoryLayout<sockaddr_storage>.size))
    }

    /// The address a socket is bound to; nil if the descriptor is no socket.
    package init?(boundTo descriptor: Int32) {
        unsafe self.init { unsafe getsockname(descriptor, $0, &$1) }
    }

    /// `AF_INET`, `AF_INET6` or `AF_UNIX`.
    package var family: Int32 { Int32(storage.ss_family) }

    /// The port in host order, 0 for a Unix socket.
    package var port: UInt16 {
        // Both internet families hold the port behind the family, in network order.
        guard isInternet else { return 0 }
        return UInt16(
            bigEndian: unsafe withUnsafeBytes(of: storage) {
                unsafe $0.load(fromByteOffset: 2, as: UInt16.self)
            })
    }

    /// The numeric address, nil for a Unix socket; an IPv4 address that came over a dual-stack socket reads as IPv4.
    package var host: String? {
        guard isInternet else { return nil }
        let bytes = addressBytes
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
        if bytes.count == 16, bytes.starts(with: mapped) {
            return Self.text(AF_INET, Array(bytes[12...]))
        }
        return Self.text(family, bytes)
    }

    /// The path of a Unix socket, with `@` before the name of one that has no file; nil for all others.
    package var path: String? {
        guard family == AF_UNIX else { return nil }
        let start = MemoryLayout<sa_family_t>.size
        let bytes = unsafe withUnsafeBytes(of: storage) { unsafe Array($0[start..<max(start, Int(length))]) }
        guard bytes.first == 0 else { return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
        return "@" + String(decoding: bytes.dropFirst(), as: UTF8.self)
    }

    /// True for the address that stands for every interface.
    package var isUnspecified: Bool { isInternet && addressBytes.allSatisfy { $0 == 0 } }

    /// Lends the C form, for `bind` and its like.
    package func withPointer<Result>(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result) -> Result {
        unsafe withUnsafeBytes(of: storage) { bytes in
            unsafe body(bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), length)
        }
    }

    private var isInternet: Bool { family == AF_INET || family == AF_INET6 }

    private var addressBytes: [UInt8] {
        let range = family == AF_INET ? 4..<8 : 8..<24
        return unsafe withUnsafeBytes(of: storage) { unsafe Array($0[range]) }
    }

    private static func text(_ family: Int32, _ bytes: [UInt8]) -> String? {
        let capacity = Int(INET6_ADDRSTRLEN)
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
            let text = unsafe inet_ntop(family, bytes, buffer.baseAddress, socklen_t(capacity))
            return unsafe text.map { unsafe String(cString: $0) }
        }
    }
}
