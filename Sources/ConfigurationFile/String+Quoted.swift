extension String {
    /// The text in double quotes on one line, control characters escaped and the end of a long one left out.
    var quoted: String {
        let limit = 80
        let scalars = unicodeScalars.prefix(limit + 1)
        let shown = scalars.prefix(limit).map { $0.escaped(asASCII: false) }.joined()
        return scalars.count > limit ? "\"\(shown)…\"" : "\"\(shown)\""
    }

    /// The text as it stands in a key's path: in quotes unless it is short and plain.
    var asPathSegment: String {
        let isPlain = utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2d || $0 == 0x5f }
        return isPlain && (1...80).contains(utf8.count) ? self : quoted
    }
}
