import CMicrohttpd
import Glibc

/// An IPv4 or IPv6 socket address as a value; a wrapper over `sockaddr_storage`.
@safe
struct SocketAddress {
    private var storage: sockaddr_storage
    private let length: socklen_t

    /// Copies a C address of a family this room knows; nil for any other, such as a Unix socket.
    init?(copying address: UnsafePointer<sockaddr>?) {
        guard let address = unsafe address else { return nil }
        let length: Int
        switch unsafe Int32(address.pointee.sa_family) {
        case AF_INET: length = MemoryLayout<sockaddr_in>.size
        case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        storage = sockaddr_storage()
        self.length = socklen_t(length)
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: length))
        }
    }

    var family: Int32 { Int32(storage.ss_family) }

    /// The port in host order.
    var port: UInt16 {
        UInt16(
            bigEndian: unsafe withUnsafeBytes(of: storage) {
                unsafe $0.load(fromByteOffset: 2, as: UInt16.self)
            })
    }

    /// The numeric address; an IPv4 address that came over a dual-stack socket reads as IPv4.
    var host: String {
        let bytes = addressBytes
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
        if bytes.count == 16, bytes.starts(with: mapped) {
            return Self.text(AF_INET, Array(bytes[12...]))
        }
        return Self.text(family, bytes)
    }

    /// True for the address that stands for every interface.
    var isUnspecified: Bool { addressBytes.allSatisfy { $0 == 0 } }

    /// Lends the C form, for `bind` and its like.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result) -> Result {
        unsafe withUnsafeBytes(of: storage) { bytes in
            unsafe body(bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), length)
        }
    }

    /// The address a socket is bound to; nil unless it is an internet socket.
    static func local(of descriptor: Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            let address = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            guard unsafe getsockname(descriptor, address, &length) == 0 else { return nil }
            return unsafe SocketAddress(copying: address)
        }
    }

    /// What to try in turn for a listen address; an empty host is the IPv6 wildcard, then the IPv4 one.
    static func resolve(_ address: ListenAddress) throws(MicrohttpdError) -> [SocketAddress] {
        let hosts = address.host.isEmpty ? ["::", "0.0.0.0"] : [address.host]
        var found: [SocketAddress] = []
        for host in hosts {
            found += try lookUp(host, of: address)
        }
        return found
    }

    private static func lookUp(
        _ host: String, of address: ListenAddress
    ) throws(MicrohttpdError) -> [SocketAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, String(address.port), &hints, &list)
        guard status == 0 else {
            throw .unknownHost(
                address: address.description, reason: unsafe String(cString: gai_strerror(status)))
        }
        defer { unsafe freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe SocketAddress(copying: entry.pointee.ai_addr) { found.append(address) }
            unsafe next = entry.pointee.ai_next
        }
        return found
    }

    private var addressBytes: [UInt8] {
        let range = family == AF_INET ? 4..<8 : 8..<24
        return unsafe withUnsafeBytes(of: storage) { unsafe Array($0[range]) }
    }

    private static func text(_ family: Int32, _ bytes: [UInt8]) -> String {
        let capacity = Int(INET6_ADDRSTRLEN)
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
            let text = unsafe inet_ntop(family, bytes, buffer.baseAddress, socklen_t(capacity))
            return unsafe text.map { unsafe String(cString: $0) } ?? "unknown"
        }
    }
}
