import Bytes

/// Where one label stands in the text of a series, as its row has it: `a="x","b.c"="y"`, with escapes between quotes.
struct LabelPlace {
    /// Without the quotes that a name outside of the legacy character set has.
    let name: Range<Int>
    let isQuoted: Bool
    /// Without the quotes.
    let value: Range<Int>
    let isEscaped: Bool
    /// Where the next label begins.
    let end: Int

    /// Nil where there is no label at `start`; between quotes, each backslash has a byte behind it.
    init?(in text: borrowing RawSpan, at start: Int) {
        guard start < text.byteCount else { return nil }
        isQuoted = text[byte: start] == .quote
        if isQuoted {
            guard let quoted = Self.quoted(in: text, from: start + 1) else { return nil }
            name = start + 1..<quoted.end
        } else {
            let equals = text.firstOffset(of: UInt8(ascii: "="), in: start..<text.byteCount)
            guard let equals else { return nil }
            name = start..<equals
        }
        let first = name.upperBound + (isQuoted ? 3 : 2)
        guard let quoted = Self.quoted(in: text, from: first) else { return nil }
        value = first..<quoted.end
        isEscaped = quoted.isEscaped
        end = quoted.end + 2
    }

    /// Up to the quote that ends what begins at `start`.
    private static func quoted(in text: borrowing RawSpan, from start: Int) -> (end: Int, isEscaped: Bool)? {
        var index = start
        var isEscaped = false
        while index < text.byteCount, text[byte: index] != .quote {
            let escapes = text[byte: index] == UInt8(ascii: "\\")
            isEscaped = isEscaped || escapes
            index += escapes ? 2 : 1
        }
        return index < text.byteCount ? (index, isEscaped) : nil
    }

    /// Appends the name as a page with that escaping has it, without quotes.
    func appendName(in text: borrowing RawSpan, _ escaping: NameEscaping, to output: inout [UInt8]) {
        guard isQuoted else { return text.append(name, to: &output) }
        var bytes: [UInt8] = []
        Self.appendUnescaped(text, name, to: &bytes)
        escaping.append(bytes, isLabel: true, to: &output)
    }

    /// Appends what stands in `range`, between quotes, as it was before it was escaped.
    static func appendUnescaped(_ text: borrowing RawSpan, _ range: Range<Int>, to output: inout [UInt8]) {
        var index = range.lowerBound
        while index < range.upperBound {
            var byte = text[byte: index]
            if byte == UInt8(ascii: "\\") {
                index += 1
                byte = text[byte: index] == UInt8(ascii: "n") ? .newline : text[byte: index]
            }
            output.append(byte)
            index += 1
        }
    }
}
