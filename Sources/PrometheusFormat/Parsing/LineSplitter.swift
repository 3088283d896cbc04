/// Splits a page into lines without copying it.
struct LineSplitter: Sequence, IteratorProtocol {
    private let page: [UInt8]
    private var position = 0
    private var number = 0
    /// Whether the line handed out last ended with a newline.
    private(set) var lastWasTerminated = true

    /// Refuses a page that isn't UTF-8, at the first byte that breaks it.
    init(_ page: [UInt8]) throws(ExpositionError) {
        self.page = page
        guard let offset = Self.firstInvalidByte(page) else { return }
        let before = page[..<offset]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        throw .malformed(.invalidUTF8, line: line, column: offset - lineStart + 1)
    }

    /// The next line, nil when the page is used up.
    mutating func next() -> LineCursor? {
        guard position < page.count else { return nil }
        number += 1
        let end = page[position...].firstIndex(of: UInt8(ascii: "\n"))
        lastWasTerminated = end != nil
        let range = position..<(end ?? page.count)
        position = range.upperBound + 1
        return LineCursor(page: page, range: range, number: number)
    }

    private static func firstInvalidByte(_ page: [UInt8]) -> Int? {
        do {
            _ = try UTF8Span(validating: page.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }
}
