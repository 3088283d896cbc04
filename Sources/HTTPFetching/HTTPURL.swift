/// The parts of an http URL that a request needs (RFC 3986, RFC 9110); the fragment is dropped.
package struct HTTPURL {
    /// Without the brackets of an IPv6 address.
    package let host: String
    package let port: UInt16
    /// Path and query, never empty.
    package let target: String
    /// The value of the Host header.
    package let authority: String

    /// - Throws: for anything but an http URL without a user.
    package init(_ url: String) throws(HTTPFetchError) {
        let lowercase = url.lowercased()
        guard !lowercase.hasPrefix("https://") else {
            throw .url("Only http:// URLs can be fetched; pipe an https:// page in with curl.")
        }
        guard lowercase.hasPrefix("http://") else {
            throw .url("\(HTTPFetchError.quoted(url)) does not start with http://.")
        }
        // A space or a line end would break out of the request line.
        if let offset = url.utf8.enumerated().first(where: { !(0x21...0x7e ~= $0.element) })?.offset {
            throw .url("Byte \(offset) of the URL must be percent-encoded.")
        }
        let rest = url.dropFirst("http://".count).prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            throw .url("A URL with a user name can't be fetched; pipe such a page in with curl.")
        }
        let bracket =
            authority.hasPrefix("[") ? authority.firstIndex(of: "]").map(authority.index(after:)) : nil
        let name = authority[..<(bracket ?? authority.firstIndex(of: ":") ?? authority.endIndex)]
        let colonAndPort = authority[name.endIndex...]
        guard let host = Self.host(name) else {
            let quoted = HTTPFetchError.quoted(name)
            throw .url("\(quoted) is not a host name or address; IPv6 is written [::1].")
        }
        guard let port = Self.port(colonAndPort) else {
            throw .url("\(HTTPFetchError.quoted(colonAndPort.dropFirst())) is not a port from 1 to 65535.")
        }
        (self.host, self.port) = (host, port)
        self.authority = port == 80 ? String(name) : "\(name):\(port)"
        let target = rest[authority.endIndex...]
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
    }

    private static func host(_ name: Substring) -> String? {
        if name.hasPrefix("["), name.hasSuffix("]") {
            let address = name.dropFirst().dropLast()
            let isAddress = address.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
            return isAddress && address.contains(":") ? String(address) : nil
        }
        let isName = name.allSatisfy { $0.isLetter || $0.isNumber || "-._".contains($0) }
        return isName && 1...253 ~= name.utf8.count ? String(name) : nil
    }

    /// RFC 3986, 3.2.3: a colon without digits means the default port.
    private static func port(_ colonAndPort: Substring) -> UInt16? {
        if colonAndPort.isEmpty || colonAndPort == ":" { return 80 }
        let digits = colonAndPort.dropFirst()
        guard colonAndPort.hasPrefix(":"), digits.allSatisfy(\.isNumber) else { return nil }
        return UInt16(digits).flatMap { $0 > 0 ? $0 : nil }
    }
}
