/// Reads `Accept-Encoding` (RFC 9110, section 12.5.3).
enum AcceptEncoding {
    /// The coding that the client prefers, also to an unencoded body; nil where it prefers that, or names none that there is.
    ///
    /// Of two that it likes the same, zstd goes before gzip, and both before none. For a mere `*` it is gzip, which all know.
    static func coding(_ header: String?) -> ContentCoding? {
        guard let header else { return nil }
        // What Prometheus sends.
        if header == "gzip" { return .gzip }
        var gzip: Int?
        var zstd: Int?
        var wildcard: Int?
        var identity: Int?
        for element in header.utf8.split(separator: UInt8(ascii: ",")) {
            let parameters = element.split(separator: UInt8(ascii: ";")).map(trimmed)
            guard let coding = parameters.first else { continue }
            let quality = parameters.dropFirst().lazy.compactMap(weight).first ?? 1000
            switch coding {
            case "gzip", "x-gzip": gzip = max(gzip ?? 0, quality)
            case "zstd": zstd = max(zstd ?? 0, quality)
            case "*": wildcard = quality
            case "identity": identity = quality
            default: break
            }
        }
        let ofGzip = gzip ?? wildcard ?? 0
        // Where nothing else is left, `*` is zstd too.
        let ofZstd = zstd ?? (gzip == 0 && identity == 0 ? wildcard : nil) ?? 0
        let best = max(ofZstd, ofGzip)
        guard best > 0, best >= identity ?? wildcard ?? 0 else { return nil }
        return ofZstd == best ? .zstd : .gzip
    }

    /// `q=0.25` as 250 thousandths; nil for another parameter, 0 for a malformed weight.
    private static func weight(_ parameter: String) -> Int? {
        guard parameter.hasPrefix("q=") else { return nil }
        let text = parameter.dropFirst(2).utf8
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.dropFirst().first.map { Array($0) } ?? []
        guard let whole = parts.first, whole.count == 1, let unit = whole.first, (48...49).contains(unit),
            fraction.count <= 3, fraction.allSatisfy({ (48...57).contains($0) })
        else { return 0 }
        let digits = fraction + Array(repeating: 48, count: 3 - fraction.count)
        return min(1000, digits.reduce(Int(unit) - 48) { $0 * 10 + Int($1) - 48 })
    }

    private static func trimmed(_ text: Substring.UTF8View.SubSequence) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        var bytes = text.drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes = bytes.dropLast() }
        return String(Substring(bytes)).lowercased()
    }
}
