import Bytes

extension ListenAddress {
    /// Parses what the other initialiser does, or `unix:/path` for a Unix stream socket.
    package init(stream text: String) throws(ListenAddressError) {
        guard text.hasPrefix("unix:") else {
            try self.init(text)
            return
        }
        let path = text.dropFirst("unix:".count)
        guard path.hasPrefix("/"), !path.hasSuffix("/"), !path.utf8.contains(0), path.utf8.count <= 107 else {
            throw .malformedPath(text)
        }
        self.init(path: String(path))
    }

    /// Parses `:9568`, `127.0.0.1:9125`, `localhost:0` or `[::1]:80`.
    package init(_ text: String) throws(ListenAddressError) {
        // In bytes: looking for a character from the end takes quadratic time in some scripts.
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { throw .missingPort(text) }
        let port = text[text.utf8.index(after: colon)...]
        let host = text[..<colon]
        if text.hasPrefix("[") {
            guard host.hasSuffix("]"), host.count > 2 else { throw .malformedBrackets(text) }
            let address = host.dropFirst().dropLast()
            guard HostText.isIPv6(address) else { throw .notIPv6(text, host: String(address)) }
            self.init(host: String(address), port: try Self.port(port, in: text))
            return
        }
        guard !host.utf8.contains(UInt8(ascii: ":")) else { throw .missingBrackets(text) }
        guard host.isEmpty || HostText.isIPv4(host) || HostText.isName(host) else {
            throw .malformedHost(text, host: String(host))
        }
        self.init(host: String(host), port: try Self.port(port, in: text))
    }

    private static func port(_ digits: Substring, in text: String) throws(ListenAddressError) -> UInt16 {
        guard !digits.isEmpty else { throw .missingPort(text) }
        guard digits.utf8.allSatisfy(\.isDigit), let port = UInt16(digits) else {
            throw .malformedPort(text, port: String(digits))
        }
        return port
    }
}

extension Set<ListenAddress> {
    /// Adds `address`; false where it is in the set already, except for port 0, which is another port each time.
    package mutating func claim(_ address: ListenAddress) -> Bool {
        address.port == 0 && address.path == nil || insert(address).inserted
    }
}
