import Bytes
import Telemetry

/// The labels in the text of a series, `a="x",b="y"`, with their values as they were before they were escaped.
enum RenderedLabels {
    /// Where each value lies, with its escapes, where the text is made of these `starts` and values and nothing else; nil otherwise.
    ///
    /// - Parameter starts: what stands before each label's value, and behind the last one.
    static func forEachValue(
        in text: borrowing RawSpan, between starts: [LabelStart],
        _ body: (Range<Int>, _ isEscaped: Bool) -> Void
    ) -> Bool {
        guard let last = starts.last else { return text.byteCount == 0 }
        var position = 0
        for start in starts.dropLast() {
            let end = position + start.length
            guard end <= text.byteCount, text.holds(start.text, in: position..<end) else { return false }
            guard let value = value(in: text, from: end) else { return false }
            body(end..<value.end, value.isEscaped)
            position = value.end
        }
        return position + last.length == text.byteCount
    }

    /// The end of the value that begins at `start`, which is where a quote ends it; nil where none does.
    private static func value(in text: borrowing RawSpan, from start: Int) -> (end: Int, isEscaped: Bool)? {
        var position = start
        var isEscaped = false
        while position < text.byteCount {
            switch text[byte: position] {
            case UInt8(ascii: "\""): return (position, isEscaped)
            case UInt8(ascii: "\n"): return nil
            case UInt8(ascii: "\\"):
                isEscaped = true
                position += 2
            default: position += 1
            }
        }
        return nil
    }

    /// Appends the value in `range` to `writer` as it was before it was escaped.
    static func append(
        _ text: borrowing RawSpan, _ range: Range<Int>, isEscaped: Bool, to writer: inout LabelWriter
    ) {
        guard isEscaped else { return writer.append(text.extracting(range)) }
        var position = range.lowerBound
        while position < range.upperBound {
            var byte = text[byte: position]
            if byte == UInt8(ascii: "\\") {
                position += 1
                byte = text[byte: position]
                if byte == UInt8(ascii: "n") { byte = UInt8(ascii: "\n") }
            }
            writer.append(raw: byte)
            position += 1
        }
    }

    /// The values as texts; nil where the text is not made of these labels.
    static func values(in text: borrowing RawSpan, of labels: [String]) -> [String]? {
        var values: [String] = []
        let starts = LabelStart.all(of: labels)
        var ranges: [(Range<Int>, Bool)] = []
        guard forEachValue(in: text, between: starts, { ranges.append(($0, $1)) }) else { return nil }
        for (range, isEscaped) in ranges {
            values.append(
                LabelWriter.withValues({ append(text, range, isEscaped: isEscaped, to: &$0) }) {
                    $0.text(in: 0..<$0.byteCount)
                })
        }
        return values
    }

    /// Whether the text is one of labels with any names that `names` has, as each of a wire's series brings its own.
    static func isValid(_ text: borrowing RawSpan, _ names: NameValidation) -> Bool {
        var position = 0
        while position < text.byteCount {
            if position > 0 {
                guard text[byte: position] == UInt8(ascii: ",") else { return false }
                position += 1
            }
            guard let end = endOfName(in: text, from: position, names), end + 2 <= text.byteCount,
                text[byte: end] == UInt8(ascii: "="), text[byte: end + 1] == UInt8(ascii: "\""),
                let value = value(in: text, from: end + 2)
            else { return false }
            position = value.end + 1
        }
        return true
    }

    /// The end of the name that begins at `start`, between quotes perhaps; nil where none does.
    private static func endOfName(
        in text: borrowing RawSpan, from start: Int, _ names: NameValidation
    ) -> Int? {
        if names == .utf8, start < text.byteCount, text[byte: start] == UInt8(ascii: "\"") {
            return value(in: text, from: start + 1).flatMap { $0.end > start + 1 ? $0.end + 1 : nil }
        }
        var position = start
        while position < text.byteCount, isOfName(text[byte: position], isFirst: position == start) {
            position += 1
        }
        return position > start ? position : nil
    }

    private static func isOfName(_ byte: UInt8, isFirst: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): !isFirst
        default: false
        }
    }
}
