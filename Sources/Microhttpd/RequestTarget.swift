/// Splits and decodes the target of a request line.
struct RequestTarget: Equatable {
    let path: String
    let query: [QueryItem]

    /// Decodes `/path?query` or `http://host/path?query`; nil for a malformed escape or an escaped NUL, which no route may see.
    init?(_ target: String) {
        guard let target = Self.originForm(target) else { return nil }
        let mark = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        guard let path = Self.decoded(target[..<mark], plusIsSpace: false) else { return nil }
        var query: [QueryItem] = []
        for pair in target[mark...].dropFirst().split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0], plusIsSpace: true),
                let value = Self.decoded(sides.dropFirst().joined(), plusIsSpace: true)
            else { return nil }
            query.append(QueryItem(name: name, value: value))
        }
        self.path = path
        self.query = query
    }

    /// A target without the scheme and host that clients send to proxies (RFC 9112, section 3.2.2); nil without a host.
    private static func originForm(_ target: String) -> Substring.UTF8View? {
        let bytes = target.utf8[...]
        // So do all but a few, and nothing has to be compared.
        if bytes.first == UInt8(ascii: "/") { return bytes }
        for scheme in ["http://", "https://"] where target.lowercased().hasPrefix(scheme) {
            let authority = bytes.dropFirst(scheme.utf8.count)
            let rest = authority.drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            guard rest.startIndex > authority.startIndex else { return nil }
            return rest.first == UInt8(ascii: "/") ? rest : Substring("/" + Substring(rest)).utf8
        }
        return bytes
    }

    /// Percent-decodes into valid UTF-8; invalid sequences become the replacement character.
    private static func decoded(_ text: some Collection<UInt8>, plusIsSpace: Bool) -> String? {
        guard text.contains(where: { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) })
        else { return String(decoding: text, as: UTF8.self) }
        var bytes: [UInt8] = []
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexValue), let low = rest.next().flatMap(hexValue),
                    high | low != 0
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace:
                bytes.append(UInt8(ascii: " "))
            default:
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
