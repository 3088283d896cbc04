/// Where a server listens: a host and a port as in `--web.listen-address`.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// A host name or address without brackets; empty for all interfaces, IPv4 and IPv6.
    package let host: String
    /// The TCP port; 0 lets the kernel choose one.
    package let port: UInt16

    /// An address from its parts.
    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Parses `host:port`, `[IPv6]:port` or `:port`.
    package init(_ text: String) throws(MicrohttpdError) {
        func bad(_ reason: String) -> MicrohttpdError { .badListenAddress(text: text, reason: reason) }
        guard let colon = text.lastIndex(of: ":") else { throw bad("it has no port") }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits)
        else { throw bad("\"\(digits)\" is not a port from 0 to 65535") }
        var host = text[..<colon]
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), host.contains(":") else {
                throw bad("its brackets hold no IPv6 address")
            }
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw bad("an IPv6 address needs brackets")
        }
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw bad("its host is not a host name")
        }
        self.init(host: String(host), port: port)
    }

    /// The address as it is written in configuration, an IPv6 host in brackets.
    package var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
