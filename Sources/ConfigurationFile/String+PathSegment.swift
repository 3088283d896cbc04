import Bytes

extension String {
    /// The text as it stands in a key's path: in quotes unless it is short and plain.
    var asPathSegment: String {
        let isPlain = utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2d || $0 == 0x5f }
        return isPlain && (1...80).contains(utf8.count) ? self : quoted
    }
}
