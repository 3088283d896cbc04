/// A value of JSON (RFC 8259).
enum JSONValue: Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Reads a whole text; nil for one that is malformed, nests more than eight deep, or has a key twice.
    init?(_ text: [UInt8]) {
        var reader = JSONReader(text)
        guard let value = reader.value(depth: 8), reader.isAtEnd else { return nil }
        self = value
    }

    var string: String? { if case .string(let text) = self { text } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
    var object: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
}

/// Reads JSON from the front of a text; each part is nil where the text is malformed.
private struct JSONReader {
    private let text: [UInt8]
    private var index = 0

    init(_ text: [UInt8]) { self.text = text }

    var isAtEnd: Bool {
        mutating get {
            skipBlanks()
            return index == text.count
        }
    }

    private var next: UInt8? { index < text.count ? text[index] : nil }

    private mutating func skipBlanks() {
        while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { index += 1 }
    }

    /// Takes that character, behind blanks.
    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func take(word: StaticString, _ value: JSONValue) -> JSONValue? {
        let bytes = Array("\(word)".utf8)
        guard text[index...].starts(with: bytes) else { return nil }
        index += bytes.count
        return value
    }

    mutating func value(depth: Int) -> JSONValue? {
        guard depth > 0 else { return nil }
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""): return string().map(JSONValue.string)
        case UInt8(ascii: "t"): return take(word: "true", .boolean(true))
        case UInt8(ascii: "f"): return take(word: "false", .boolean(false))
        case UInt8(ascii: "n"): return take(word: "null", .null)
        default: return number().map(JSONValue.number)
        }
    }

    private mutating func object(depth: Int) -> JSONValue? {
        index += 1
        var members: [String: JSONValue] = [:]
        if take("}") { return .object(members) }
        repeat {
            skipBlanks()
            guard next == UInt8(ascii: "\""), let key = string(), take(":"),
                let value = value(depth: depth - 1),
                members.updateValue(value, forKey: key) == nil
            else { return nil }
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func array(depth: Int) -> JSONValue? {
        index += 1
        var values: [JSONValue] = []
        if take("]") { return .array(values) }
        repeat {
            guard let value = value(depth: depth - 1) else { return nil }
            values.append(value)
        } while take(",")
        return take("]") ? .array(values) : nil
    }

    private mutating func number() -> Double? {
        let start = index
        while let byte = next, (48...57).contains(byte) || "+-.eE".utf8.contains(byte) { index += 1 }
        let digits = text[start..<index]
        let whole = digits.drop { $0 == UInt8(ascii: "-") }
        // Double's own grammar is wider than that of JSON.
        guard let first = whole.first, (48...57).contains(first), digits.count - whole.count <= 1,
            let last = digits.last, (48...57).contains(last),
            first != 48 || !whole.dropFirst().prefix(1).contains(where: { (48...57).contains($0) }),
            !text[start..<index].contains(UInt8(ascii: ".")) || hasDigitsAroundPoint(digits)
        else { return nil }
        return Double(String(decoding: digits, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
    }

    private func hasDigitsAroundPoint(_ digits: ArraySlice<UInt8>) -> Bool {
        guard let point = digits.firstIndex(of: UInt8(ascii: ".")), point + 1 < digits.endIndex else {
            return false
        }
        return (48...57).contains(digits[point + 1])
    }

    private mutating func string() -> String? {
        index += 1
        var bytes: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escaped() else { return nil }
                bytes += Array(String(Character(scalar)).utf8)
            case 0x00..<0x20: return nil
            default: bytes.append(byte)
            }
        }
        return nil
    }

    private mutating func escaped() -> Unicode.Scalar? {
        guard let byte = next else { return nil }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return unicode()
        default: return nil
        }
    }

    private mutating func unicode() -> Unicode.Scalar? {
        guard let first = hexadecimal() else { return nil }
        guard (0xd800..<0xdc00).contains(first) else { return Unicode.Scalar(first) }
        guard text[index...].starts(with: [0x5c, 0x75]) else { return nil }
        index += 2
        guard let second = hexadecimal(), (0xdc00..<0xe000).contains(second) else { return nil }
        return Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    }

    private mutating func hexadecimal() -> UInt32? {
        let digits = text[index...].prefix(4)
        guard digits.count == 4, !digits.contains(UInt8(ascii: "+")), !digits.contains(UInt8(ascii: "-"))
        else {
            return nil
        }
        index += 4
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
