#if GRDB
/// What statements that differ in values only have in common.
enum StatementFingerprint {
    /// Bytes of a fingerprint at most.
    private static let longest = 300

    /// The statement with `?` for each literal, parameter and list of them, one space between words, and without comments.
    static func of(_ sql: String) -> String {
        var reader = SQLReader(sql)
        var words: [UInt8] = []
        while words.count < longest, let token = reader.next() {
            switch token {
            case .space:
                if let last = words.last, last != space { words.append(space) }
            case .value:
                // `(?, ?, ?)` becomes `(?)`: lists are as long as the values that there are.
                if !endsWithList(words) { words.append(UInt8(ascii: "?")) } else { dropSeparator(&words) }
            case .text(let text): words += text
            }
        }
        if words.last == space { words.removeLast() }
        return String(decoding: words.prefix(longest), as: UTF8.self)
    }

    /// Whether a value and a comma are at the end, with spaces or without.
    private static func endsWithList(_ words: [UInt8]) -> Bool {
        let rest = words.reversed().filter { $0 != space }.prefix(2)
        return Array(rest) == [UInt8(ascii: ","), UInt8(ascii: "?")]
    }

    private static func dropSeparator(_ words: inout [UInt8]) {
        while let last = words.last, last != UInt8(ascii: "?") { words.removeLast() }
    }

    private static let space = UInt8(ascii: " ")
}

/// Reads the tokens of a statement as far as they matter here (https://www.sqlite.org/lang_expr.html).
private struct SQLReader {
    enum Token {
        case space
        case value
        case text(ArraySlice<UInt8>)
    }

    private let bytes: [UInt8]
    private var place = 0

    init(_ sql: String) {
        bytes = Array(sql.utf8)
    }

    mutating func next() -> Token? {
        guard place < bytes.count else { return nil }
        let start = place
        switch bytes[place] {
        case UInt8(ascii: "'"):
            skipQuoted(by: UInt8(ascii: "'"))
            return .value
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            guard byte(at: place + 1) == UInt8(ascii: "'") else { return word(from: start) }
            place += 1
            skipQuoted(by: UInt8(ascii: "'"))
            return .value
        case UInt8(ascii: "\""), UInt8(ascii: "`"):
            skipQuoted(by: bytes[place])
            return .text(bytes[start..<place])
        case UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "$"), 0x30...0x39:
            place += 1
            skip { Self.isWord($0) || $0 == UInt8(ascii: ".") }
            return .value
        case 0x09, 0x0A, 0x0C, 0x0D, 0x20:
            skip { $0 <= 0x20 }
            return .space
        case UInt8(ascii: "-") where byte(at: place + 1) == UInt8(ascii: "-"):
            skip { $0 != 0x0A }
            return .space
        case UInt8(ascii: "/") where byte(at: place + 1) == UInt8(ascii: "*"):
            skipComment()
            return .space
        default: return word(from: start)
        }
    }

    private mutating func word(from start: Int) -> Token {
        place += 1
        if Self.isWord(bytes[start]) { skip(while: Self.isWord) }
        return .text(bytes[start..<place])
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

    private mutating func skipComment() {
        place += 2
        while place < bytes.count {
            place += 1
            if bytes[place - 1] == UInt8(ascii: "/"), bytes[place - 2] == UInt8(ascii: "*") { return }
        }
    }

    private mutating func skip(while matches: (UInt8) -> Bool) {
        while place < bytes.count, matches(bytes[place]) { place += 1 }
    }

    private func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), 0x80...: true
        default: false
        }
    }
}
#endif
