/// The parts of an http URL that a request needs (RFC 3986, RFC 9110); the fragment is dropped.
struct HTTPURL: Equatable {
    /// Without the brackets of an IPv6 address.
    let host: String
    let port: UInt16
    /// Path and query, never empty.
    let target: String
    /// The value of the Host header.
    let authority: String

    init(_ url: String) throws(HTTPFetchError) {
        let lowercase = url.lowercased()
        guard !lowercase.hasPrefix("https://") else { throw .encryptedURL }
        guard lowercase.hasPrefix("http://") else { throw .notHTTP(url: url) }
        // A space or a line end would break out of the request line.
        if let offset = url.utf8.enumerated().first(where: { !(0x21...0x7e ~= $0.element) })?.offset {
            throw .unusableCharacter(offset: offset)
        }
        let rest = url.dropFirst("http://".count).prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { throw .userInURL }
        let target = rest[authority.endIndex...]
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
        let (name, digits) = Self.split(authority)
        host = try Self.host(name)
        port = try Self.port(digits)
        self.authority = port == 80 ? String(name) : "\(name):\(port)"
    }

    /// The host and what follows it, the colon included.
    private static func split(_ authority: Substring) -> (host: Substring, port: Substring) {
        let isLiteral = authority.hasPrefix("[")
        let bracket = isLiteral ? authority.firstIndex(of: "]").map(authority.index(after:)) : nil
        let end = bracket ?? authority.firstIndex(of: ":") ?? authority.endIndex
        return (authority[..<end], authority[end...])
    }

    private static func host(_ name: Substring) throws(HTTPFetchError) -> String {
        if name.hasPrefix("["), name.hasSuffix("]") {
            let address = name.dropFirst().dropLast()
            if address.contains(":"), address.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) {
                return String(address)
            }
        } else if !name.isEmpty, name.utf8.count <= 253,
            name.allSatisfy({ $0.isLetter || $0.isNumber || "-._".contains($0) })
        {
            return String(name)
        }
        throw .unusableHost(String(name))
    }

    private static func port(_ text: Substring) throws(HTTPFetchError) -> UInt16 {
        let digits = text.dropFirst()
        // RFC 3986, 3.2.3: a colon without digits means the default port.
        if text.isEmpty || text == ":" { return 80 }
        guard text.hasPrefix(":"), digits.allSatisfy(\.isNumber), let port = UInt16(digits), port > 0 else {
            throw .unusablePort(String(digits))
        }
        return port
    }
}
