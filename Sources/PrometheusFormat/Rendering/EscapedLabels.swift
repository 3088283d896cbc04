import Bytes

/// The text of labels with names outside of the legacy character set, as pages have it whose names are escaped.
enum EscapedLabels {
    /// Appends `text` with its names escaped; what is not the text of labels ends it.
    static func append(_ text: borrowing RawSpan, _ escaping: NameEscaping, to output: inout [UInt8]) {
        var position = 0
        while let label = LabelPlace(in: text, at: position) {
            if position > 0 { output.append(.comma) }
            label.appendName(in: text, escaping, to: &output)
            let rest = label.name.upperBound + (label.isQuoted ? 1 : 0)
            text.append(rest..<label.value.upperBound + 1, to: &output)
            position = label.end
        }
    }
}
