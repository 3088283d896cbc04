import Glibc

/// Why a server could not be set up or started; each description names the address or route and the cause.
package enum MicrohttpdError: Error, Equatable, CustomStringConvertible {
    /// A listen address that is not `host:port`, `[ipv6]:port` or `:port`.
    case badListenAddress(text: String, reason: String)
    /// A host name that does not resolve.
    case unknownHost(address: String, reason: String)
    /// A system call on the way to a listening socket failed with `errno`.
    case cannotListen(address: String, errno: Int32)
    /// An inherited descriptor that is not a listening stream socket.
    case notListening(descriptor: Int32)
    /// A configuration without a single listener.
    case noListener
    /// libmicrohttpd refused to start; `reason` is its last message.
    case cannotStart(reason: String)
    /// A thread or a wake-up socket could not be made.
    case outOfResources(errno: Int32)
    /// Two handlers for one method and path.
    case duplicateRoute(method: String, path: String)
    /// A route whose path does not start with a slash, or holds a query.
    case badRoutePath(String)

    /// A sentence an operator can act on.
    package var description: String {
        switch self {
        case .badListenAddress(let text, let reason):
            "listen address \"\(text)\" is not valid: \(reason); write host:port, [IPv6]:port or :port"
        case .unknownHost(let address, let reason):
            "cannot listen on \(address): the host name does not resolve: \(reason)"
        case .cannotListen(let address, let errno):
            "cannot listen on \(address): \(Self.text(of: errno))\(Self.advice(for: errno))"
        case .notListening(let descriptor):
            "inherited descriptor \(descriptor) is not a listening stream socket"
        case .noListener:
            "no listen address is configured"
        case .cannotStart(let reason):
            "libmicrohttpd could not start: \(reason)"
        case .outOfResources(let errno):
            "the HTTP server could not start its thread: \(Self.text(of: errno))"
        case .duplicateRoute(let method, let path):
            "two handlers are registered for \(method) \(path)"
        case .badRoutePath(let path):
            "route path \"\(path)\" must start with / and hold neither ? nor #"
        }
    }

    private static func text(of errno: Int32) -> String {
        unsafe String(cString: strerror(errno))
    }

    private static func advice(for errno: Int32) -> String {
        switch errno {
        case EADDRINUSE: " (another process listens there; stop it or choose another port)"
        case EACCES: " (ports below 1024 need CAP_NET_BIND_SERVICE)"
        case EADDRNOTAVAIL: " (no interface of this host has that address)"
        default: ""
        }
    }
}
