import Bytes

extension Message {
    /// Appends the labels of a Metric, read back from the rendered text of a series: `a="x",b="y"`, values escaped.
    ///
    /// What isn't such text ends the labels.
    mutating func append(labels text: borrowing RawSpan) {
        var position = 0
        while let label = LabelPlace(in: text, at: position) {
            append(MetricField.label) { pair in
                pair.append(LabelField.name, text, in: label.name)
                pair.append(value: label, of: text)
            }
            position = label.end
        }
    }

    private mutating func append(value label: LabelPlace, of text: borrowing RawSpan) {
        guard label.isEscaped else { return append(LabelField.value, text, in: label.value) }
        append(LabelField.value) { value in
            var index = label.value.lowerBound
            while index < label.value.upperBound {
                var byte = text[byte: index]
                if byte == UInt8(ascii: "\\") {
                    index += 1
                    byte = text[byte: index] == UInt8(ascii: "n") ? UInt8(ascii: "\n") : text[byte: index]
                }
                value.append(byte: byte)
                index += 1
            }
        }
    }
}

/// Where one label stands in the rendered text of a series.
private struct LabelPlace {
    let name: Range<Int>
    /// Without the quotes.
    let value: Range<Int>
    let isEscaped: Bool
    /// Where the next label begins.
    let end: Int

    /// Nil where there is no label at `start`; in `value`, each backslash has a byte behind it.
    init?(in text: borrowing RawSpan, at start: Int) {
        guard start < text.byteCount,
            let equals = text.firstOffset(of: UInt8(ascii: "="), in: start..<text.byteCount)
        else { return nil }
        let first = equals + 2
        var index = first
        var isEscaped = false
        while index < text.byteCount, text[byte: index] != UInt8(ascii: "\"") {
            let escapes = text[byte: index] == UInt8(ascii: "\\")
            isEscaped = isEscaped || escapes
            index += escapes ? 2 : 1
        }
        guard index < text.byteCount else { return nil }
        name = start..<equals
        value = first..<index
        self.isEscaped = isEscaped
        end = index + 2
    }
}
