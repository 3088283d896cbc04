import Glibc
package import Linux

/// Why a server could not be set up or started; each description names the address or route and the cause.
package enum MicrohttpdError: Error, Equatable, CustomStringConvertible {
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
    /// A thread or a descriptor could not be made.
    case outOfResources(LinuxError)
    /// TLS settings that can't be used.
    case badTLS(TLSError)
    /// Two handlers for one method and path.
    case duplicateRoute(method: String, path: String)
    /// A route whose path does not start with a slash, or holds a query.
    case badRoutePath(String)

    /// A sentence an operator can act on.
    package var description: String {
        switch self {
        case .unknownHost(let address, let reason):
            "cannot listen on \(address): the host name does not resolve: \(reason)"
        case .cannotListen(let address, let errno):
            "cannot listen on \(address): \(LinuxError.text(of: errno))\(Self.advice(for: errno))"
        case .notListening(let descriptor):
            "inherited descriptor \(descriptor) is not a listening stream socket"
        case .noListener:
            "no listen address is configured"
        case .cannotStart(let reason):
            "libmicrohttpd could not start: \(reason)"
        case .outOfResources(let error):
            "the HTTP server could not start: \(error)"
        case .badTLS(let error): "cannot serve HTTPS: \(error)"
        case .duplicateRoute(let method, let path):
            "two handlers are registered for \(method) \(path)"
        case .badRoutePath(let path):
            "route path \"\(path)\" must start with / and hold neither ? nor #"
        }
    }

    /// Runs what can only fail for want of resources.
    static func wrapping<Success: ~Copyable>(
        _ body: () throws(LinuxError) -> Success
    ) throws(MicrohttpdError) -> Success {
        do throws(LinuxError) {
            return try body()
        } catch {
            throw .outOfResources(error)
        }
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
