import CLinux
import Glibc

/// Resolution of a host and port to socket addresses to bind or connect to, and back.
enum InternetAddress {
    /// What to do with one address; a success ends the search.
    typealias Attempt = (_ family: Int32, UnsafePointer<sockaddr>, socklen_t) -> Result<Int32, LinuxError>

    /// Calls `body` with each address of `host` (empty or `*`: every address, IPv6 first) until one gives a result.
    static func firstBound(
        host: String, port: UInt16, type: Int32, _ body: Attempt
    ) throws(LinuxError) -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = type
        unsafe hints.ai_flags = Int32(AI_PASSIVE) | Int32(AI_NUMERICSERV)
        let everything = host.isEmpty || host == "*"
        return try unsafe first(of: everything ? "::" : host, port, hints, body) {
            .unusableHost(host: host, port: port, reason: $0)
        }
    }

    /// Calls `body` with each address of `host`, in the order of RFC 6724, until one gives a connected stream socket.
    static func firstConnected(host: String, port: UInt16, _ body: Attempt) throws(LinuxError) -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = Int32(AI_NUMERICSERV)
        return try unsafe first(of: host, port, hints, body) {
            .connectionFailed(host: host, port: port, reason: $0)
        }
    }

    private static func first(
        of host: String, _ port: UInt16, _ wanted: addrinfo, _ body: Attempt,
        error: (_ reason: String) -> LinuxError
    ) throws(LinuxError) -> Int32 {
        var hints = unsafe wanted
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { throw error(unsafe String(cString: gai_strerror(code))) }
        defer { unsafe freeaddrinfo(list) }
        var failure = error("it has no address")
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe entry.pointee.ai_addr {
                switch unsafe body(entry.pointee.ai_family, address, entry.pointee.ai_addrlen) {
                case .success(let raw): return raw
                case .failure(let error): failure = error
                }
            }
            unsafe next = unsafe entry.pointee.ai_next
        }
        throw failure
    }

    /// The local port of an internet socket, 0 for any other.
    static func port(of descriptor: borrowing Descriptor) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let raw = descriptor.rawValue
        return unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            guard let base = bytes.baseAddress,
                unsafe getsockname(raw, base.assumingMemoryBound(to: sockaddr.self), &length) == 0
            else { return 0 }
            let family = unsafe base.load(as: sa_family_t.self)
            guard family == sa_family_t(AF_INET) || family == sa_family_t(AF_INET6) else { return 0 }
            // Both families hold the port behind the family, in network order.
            return UInt16(bigEndian: unsafe base.load(fromByteOffset: 2, as: UInt16.self))
        }
    }
}
