#if AsyncHTTPClient
/// Reads the host out of a URL (RFC 3986, section 3.2).
enum URLHost {
    /// Without user, password and port, in lowercase; `unix` where the URL names a socket by its path, and empty where there is no host.
    static func host(of url: String) -> String {
        let bytes = Substring(url).utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return "" }
        if ["unix", "http+unix", "https+unix"].contains(Substring(bytes[..<colon]).lowercased()) {
            return "unix"
        }
        let rest = bytes[bytes.index(after: colon)...]
        guard rest.starts(with: "//".utf8) else { return "" }
        let end: (UInt8) -> Bool = {
            $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#")
        }
        let authority = rest.dropFirst(2).prefix { !end($0) }
        let afterUser = authority.lastIndex(of: UInt8(ascii: "@")).map { authority.index(after: $0) }
        let place = authority[(afterUser ?? authority.startIndex)...]
        // Colons within brackets are those of an IPv6 address.
        if place.first == UInt8(ascii: "["), let bracket = place.firstIndex(of: UInt8(ascii: "]")) {
            return String(Substring(place[...bracket])).lowercased()
        }
        return String(Substring(place.prefix { $0 != UInt8(ascii: ":") })).lowercased()
    }
}
#endif
