import Bytes

/// Tells whether a text is JSON (RFC 8259).
struct JSONCheck {
    /// Objects and arrays around a value, more than any record has.
    private static let deepest = 64

    private let text: [UInt8]
    private var index = 0

    private init(_ text: some Sequence<UInt8>) { self.text = Array(text) }

    /// Whether it is one object and nothing else; control characters in strings are not looked for.
    static func isObject(_ text: String) -> Bool {
        var check = JSONCheck(text.utf8)
        return check.next == UInt8(ascii: "{") && check.skipValue(deepest) && check.index == check.text.count
    }

    private var next: UInt8? { index < text.count ? text[index] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func skipBlanks() -> Bool {
        while next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { index += 1 }
        return true
    }

    private mutating func skip(_ word: String) -> Bool {
        guard text[index...].starts(with: word.utf8) else { return false }
        index += word.utf8.count
        return true
    }

    private mutating func skipValue(_ depth: Int) -> Bool {
        guard depth > 0 else { return false }
        switch next {
        case UInt8(ascii: "{"): return skipElements(until: "}", depth)
        case UInt8(ascii: "["): return skipElements(until: "]", depth)
        case UInt8(ascii: "\""): return skipString()
        case UInt8(ascii: "t"): return skip("true")
        case UInt8(ascii: "f"): return skip("false")
        case UInt8(ascii: "n"): return skip("null")
        default: return skipNumber()
        }
    }

    /// Those of an array, or the members of an object.
    private mutating func skipElements(until end: Unicode.Scalar, _ depth: Int) -> Bool {
        index += 1
        if skipBlanks(), take(end) { return true }
        repeat {
            guard skipBlanks(), end == "]" || skipKey(), skipValue(depth - 1), skipBlanks() else {
                return false
            }
        } while take(",")
        return take(end)
    }

    private mutating func skipKey() -> Bool {
        skipString() && skipBlanks() && take(":") && skipBlanks()
    }

    private mutating func skipString() -> Bool {
        guard take("\"") else { return false }
        while let byte = next {
            index += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte == UInt8(ascii: "\\"), !skipEscape() { return false }
        }
        return false
    }

    private mutating func skipEscape() -> Bool {
        guard !take("u") else {
            let digits = text[index...].prefix(4)
            index += digits.count
            return digits.count == 4 && digits.allSatisfy(\.isHexDigit)
        }
        guard let byte = next, "\"\\/bfnrt".utf8.contains(byte) else { return false }
        index += 1
        return true
    }

    private mutating func skipNumber() -> Bool {
        _ = take("-")
        guard take("0") || skipDigits() else { return false }
        if take("."), !skipDigits() { return false }
        guard take("e") || take("E") else { return true }
        if !take("+") { _ = take("-") }
        return skipDigits()
    }

    private mutating func skipDigits() -> Bool {
        let start = index
        while let byte = next, byte.isDigit { index += 1 }
        return index > start
    }
}
