extension SocketAddress {
    /// Whose address it is, as far as limits are concerned: an IPv4 address, or the network of 64 bits of an IPv6 address,
    /// as one client has all of that; nil for a Unix socket.
    package var network: String? {
        guard let host else { return nil }
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1 else { return host }
        // `inet_ntop` writes `::` for zeros, once.
        let start = parts.prefix { !$0.isEmpty }
        guard start.count < 4 else { return start.prefix(4).joined(separator: ":") }
        let end = parts.dropFirst(start.count).filter { !$0.isEmpty }
        let zeros = Array(repeating: Substring("0"), count: max(0, 8 - start.count - end.count))
        return (start + zeros + end).prefix(4).joined(separator: ":")
    }
}
