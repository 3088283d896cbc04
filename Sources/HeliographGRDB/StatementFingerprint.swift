#if GRDB
/// What statements that differ in values only have in common.
struct StatementFingerprint {
    /// Bytes of a fingerprint at most.
    private static let longest = 300
    private static let space = UInt8(ascii: " ")

    private var bytes: [UInt8] = []
    /// Where the last value ends, while only a comma came after it.
    private var listEnd: Int?
    /// Where each open parenthesis stands, and the group that closed before it.
    private var open: [(start: Int, before: Range<Int>?)] = []
    /// The group that closed last, while only a comma came after it.
    private var closed: Range<Int>?

    /// The statement with `?` for each literal, parameter and list of them, one space between words, and without comments.
    ///
    /// Of groups in parentheses that are alike and follow one another, such as rows, there is one. Where the database
    /// `acceptsQuotedStrings`, double quotes are values as well, except around what may be the name of a column.
    static func of(_ sql: String, acceptsQuotedStrings: Bool = false) -> String {
        var reader = SQLReader(sql, acceptsQuotedStrings: acceptsQuotedStrings)
        var fingerprint = StatementFingerprint()
        // Lists and rows may be longer before they are seen to be some.
        while fingerprint.bytes.count < 2 * longest, let token = reader.next() { fingerprint.append(token) }
        return fingerprint.text
    }

    private mutating func append(_ token: SQLReader.Token) {
        switch token {
        case .space: if let last = bytes.last, last != Self.space { bytes.append(Self.space) }
        case .value: appendValue()
        case .text(let text): append(text)
        }
    }

    /// `(?, ?, ?)` becomes `(?)`: lists are as long as the values that there are.
    private mutating func appendValue() {
        closed = nil
        if let listEnd, bytes[listEnd...].contains(UInt8(ascii: ",")) {
            bytes.removeLast(bytes.count - listEnd)
        } else {
            bytes.append(UInt8(ascii: "?"))
        }
        listEnd = bytes.count
    }

    private mutating func append(_ text: ArraySlice<UInt8>) {
        switch text {
        case [UInt8(ascii: ",")]:
            bytes += text
        case [UInt8(ascii: "(")]:
            open.append((bytes.count, closed))
            bytes += text
            (listEnd, closed) = (nil, nil)
        case [UInt8(ascii: ")")]:
            bytes += text
            (listEnd, closed) = (nil, nil)
            if let group = open.popLast() { close(group.start..<bytes.count, after: group.before) }
        default:
            bytes += text
            (listEnd, closed) = (nil, nil)
        }
    }

    /// `(?), (?)` becomes `(?)`.
    private mutating func close(_ group: Range<Int>, after before: Range<Int>?) {
        closed = group
        guard let before, bytes[before] == bytes[group] else { return }
        bytes.removeLast(bytes.count - before.upperBound)
        closed = before
    }

    /// No character is cut in two.
    private var text: String {
        var end = min(bytes.count, Self.longest)
        while end > 0, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        if end > 0, bytes[end - 1] == Self.space { end -= 1 }
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}
#endif
