#if GRDB
/// Reads the tokens of a statement as far as they matter to its fingerprint (https://www.sqlite.org/lang_expr.html).
struct SQLReader {
    enum Token {
        case space
        case value
        case text(ArraySlice<UInt8>)
    }

    /// What stands before a sign or a word decides whether they are part of a value.
    private enum Position {
        case afterOperator, afterKeyword, afterOperand
    }

    private let bytes: [UInt8]
    private let acceptsQuotedStrings: Bool
    private var place = 0
    private var position = Position.afterKeyword

    init(_ sql: String, acceptsQuotedStrings: Bool) {
        bytes = Array(sql.utf8)
        self.acceptsQuotedStrings = acceptsQuotedStrings
    }

    mutating func next() -> Token? {
        guard place < bytes.count else { return nil }
        let token = read()
        switch token {
        case .space: break
        case .value: position = .afterOperand
        case .text(let text): position = Self.position(after: text)
        }
        return token
    }

    private mutating func read() -> Token {
        let start = place
        switch bytes[place] {
        case UInt8(ascii: "'"):
            skipQuoted(by: UInt8(ascii: "'"))
            return .value
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            guard byte(at: place + 1) == UInt8(ascii: "'") else { return word() }
            place += 1
            skipQuoted(by: UInt8(ascii: "'"))
            return .value
        case UInt8(ascii: "\""):
            skipQuoted(by: UInt8(ascii: "\""))
            return acceptsQuotedStrings && !isName(bytes[start..<place])
                ? .value : .text(bytes[start..<place])
        case UInt8(ascii: "`"):
            skipQuoted(by: UInt8(ascii: "`"))
            return .text(bytes[start..<place])
        case UInt8(ascii: "["):
            skip { $0 != UInt8(ascii: "]") }
            place = min(place + 1, bytes.count)
            return .text(bytes[start..<place])
        case 0x09, 0x0A, 0x0C, 0x0D, 0x20:
            skip { $0 <= 0x20 }
            return .space
        case UInt8(ascii: "-") where byte(at: place + 1) == UInt8(ascii: "-"):
            skip { $0 != 0x0A }
            return .space
        case UInt8(ascii: "/") where byte(at: place + 1) == UInt8(ascii: "*"):
            skipComment()
            return .space
        case UInt8(ascii: "-"), UInt8(ascii: "+"):
            return skipSigned() ? .value : word()
        default:
            return skipNumberOrParameter() ? .value : word()
        }
    }

    private mutating func word() -> Token {
        let start = place
        place += 1
        if Self.isWord(bytes[start]) { skip(while: Self.isWord) }
        let text = bytes[start..<place]
        return position == .afterOperator && Self.constants.contains(Self.uppercase(text))
            ? .value : .text(text)
    }

    /// Skips a sign with its number, where it isn't between two operands.
    private mutating func skipSigned() -> Bool {
        guard position != .afterOperand else { return false }
        let start = place
        place += 1
        skip { $0 <= 0x20 }
        if place < bytes.count, skipNumberOrParameter() { return true }
        place = start
        return false
    }

    private mutating func skipNumberOrParameter() -> Bool {
        switch bytes[place] {
        case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "$"):
            place += 1
            skip { Self.isWord($0) || $0 == UInt8(ascii: ".") }
        case 0x30...0x39: skipNumber()
        case UInt8(ascii: ".") where byte(at: place + 1).map { 0x30...0x39 ~= $0 } == true: skipNumber()
        default: return false
        }
        return true
    }

    /// `0x1F`, `1_000`, `1.5e-3`.
    private mutating func skipNumber() {
        let isHexadecimal = byte(at: place + 1).map { $0 | 0x20 } == UInt8(ascii: "x")
        while place < bytes.count {
            let byte = bytes[place]
            let isExponent = !isHexadecimal && byte | 0x20 == UInt8(ascii: "e")
            guard Self.isWord(byte) || byte == UInt8(ascii: ".") else { return }
            place += 1
            if isExponent, let sign = self.byte(at: place),
                sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
            {
                place += 1
            }
        }
    }

    /// A quote within is written twice.
    private mutating func skipQuoted(by quote: UInt8) {
        place += 1
        while place < bytes.count {
            place += 1
            guard bytes[place - 1] == quote else { continue }
            guard byte(at: place) == quote else { return }
            place += 1
        }
    }

    /// The star that begins a comment is none that ends it.
    private mutating func skipComment() {
        place += 2
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "*"), byte(at: place + 1) == UInt8(ascii: "/") {
                place += 2
                return
            }
            place += 1
        }
    }

    private mutating func skip(while matches: (UInt8) -> Bool) {
        while place < bytes.count, matches(bytes[place]) { place += 1 }
    }

    private func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }
}

extension SQLReader {
    private static let constants: Set<String> = ["NULL", "TRUE", "FALSE"]
    /// After these comes an operand.
    private static let keywords: Set<String> = [
        "AND", "BETWEEN", "BY", "CASE", "COLLATE", "DISTINCT", "ELSE", "ESCAPE", "GLOB", "HAVING", "IN", "IS",
        "LIKE",
        "LIMIT", "NOT", "OFFSET", "ON", "OR", "RETURNING", "SELECT", "THEN", "VALUES", "WHEN", "WHERE",
    ]

    private static func position(after text: ArraySlice<UInt8>) -> Position {
        guard let first = text.first else { return .afterOperand }
        if isWord(first) { return keywords.contains(uppercase(text)) ? .afterKeyword : .afterOperand }
        switch first {
        case UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "["), UInt8(ascii: ")"), UInt8(ascii: "."):
            return .afterOperand
        default: return .afterOperator
        }
    }

    private static func uppercase(_ text: ArraySlice<UInt8>) -> String {
        String(decoding: text, as: UTF8.self).uppercased()
    }

    /// Whether a quoted text may be the name of a column or table.
    private func isName(_ quoted: ArraySlice<UInt8>) -> Bool {
        let name = quoted.dropFirst().dropLast()
        guard let first = name.first, !(0x30...0x39).contains(first) else { return false }
        return name.allSatisfy(Self.isWord)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), 0x80...: true
        default: false
        }
    }
}
#endif
