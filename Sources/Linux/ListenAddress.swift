/// A host and a port to listen on, as `--web.listen-address` writes them, or the path of a Unix socket.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name, an IPv4 address or an IPv6 address without brackets; empty for all interfaces.
    package let host: String
    /// The port; 0 lets the kernel choose.
    package let port: UInt16
    /// The path of a Unix stream socket, which has neither host nor port; nil for TCP and UDP.
    package let path: String?

    /// A Unix stream socket at an absolute path.
    package init(path: String) {
        host = ""
        port = 0
        self.path = path
    }

    /// An address from parts that are known to be valid.
    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
        path = nil
    }

    /// The address as configuration writes it, an IPv6 host in brackets.
    package var description: String {
        if let path { return "unix:" + path }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
