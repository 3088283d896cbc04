import CLinux
import Glibc

/// Resolution of a host and port to socket addresses to bind or connect to.
package enum InternetAddress {
    /// What to do with one address; a success ends the search.
    typealias Attempt = (_ family: Int32, UnsafePointer<sockaddr>, socklen_t) -> Result<Int32, LinuxError>

    /// What to try in turn for a listening stream socket; an empty host is the IPv6 wildcard, then the IPv4 one.
    package static func toListen(on address: ListenAddress) throws(LinuxError) -> [SocketAddress] {
        var found: [SocketAddress] = []
        for host in address.host.isEmpty ? ["::", "0.0.0.0"] : [address.host] {
            found += try unsafe lookUp(host, address.port, binding(Int32(SOCK_STREAM.rawValue))) {
                .unusableHost(host: host, port: address.port, reason: $0)
            }
        }
        return found
    }

    /// Calls `body` with each address of `host` (empty or `*`: every address, IPv6 first) until one gives a result.
    static func firstBound(
        host: String, port: UInt16, type: Int32, _ body: Attempt
    ) throws(LinuxError) -> Int32 {
        let everything = host.isEmpty || host == "*"
        return try unsafe first(of: everything ? "::" : host, port, binding(type), body) {
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

    private static func binding(_ type: Int32) -> addrinfo {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = type
        unsafe hints.ai_flags = Int32(AI_PASSIVE) | Int32(AI_NUMERICSERV)
        return unsafe hints
    }

    private static func first(
        of host: String, _ port: UInt16, _ wanted: addrinfo, _ body: Attempt,
        error: (_ reason: String) -> LinuxError
    ) throws(LinuxError) -> Int32 {
        var failure = error("it has no address")
        for candidate in try unsafe lookUp(host, port, wanted, error: error) {
            let result: Result<Int32, LinuxError>? = unsafe candidate.withPointer { address, length in
                unsafe address.map { unsafe body(candidate.family, $0, length) }
            }
            switch result {
            case .success(let raw): return raw
            case .failure(let error): failure = error
            case nil: break
            }
        }
        throw failure
    }

    private static func lookUp(
        _ host: String, _ port: UInt16, _ wanted: addrinfo, error: (_ reason: String) -> LinuxError
    ) throws(LinuxError) -> [SocketAddress] {
        var hints = unsafe wanted
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { throw error(unsafe String(cString: gai_strerror(code))) }
        defer { unsafe freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe SocketAddress(
                copying: entry.pointee.ai_addr, length: entry.pointee.ai_addrlen)
            {
                found.append(address)
            }
            unsafe next = unsafe entry.pointee.ai_next
        }
        return found
    }
}
