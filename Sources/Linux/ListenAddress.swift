/// A host and a port to listen on, as `--web.listen-address` writes them.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name, an IPv4 address or an IPv6 address without brackets; empty for all interfaces.
    package let host: String
    /// The port; 0 lets the kernel choose.
    package let port: UInt16

    /// An address from parts that are known to be valid.
    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// The address as configuration writes it, an IPv6 host in brackets.
    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
