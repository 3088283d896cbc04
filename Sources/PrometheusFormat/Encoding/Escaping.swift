/// Escapes text for an exposition; input is taken to be UTF-8 and copied byte for byte otherwise.
package enum Escaping {
    /// Appends a label value as both formats write it between quotes: `\`, `"` and newline escaped.
    package static func appendLabelValue(_ value: Span<UInt8>, to output: inout [UInt8]) {
        append(value, escapingQuotes: true, to: &output)
    }

    /// Appends a label value as both formats write it between quotes: `\`, `"` and newline escaped.
    package static func appendLabelValue(_ value: String, to output: inout [UInt8]) {
        let bytes = value.utf8
        append(bytes.span, escapingQuotes: true, to: &output)
    }

    /// Appends the text of a HELP line: `\` and newline escaped, in OpenMetrics also `"`.
    package static func appendHelp(
        _ help: Span<UInt8>, format: ExpositionFormat, to output: inout [UInt8]
    ) {
        append(help, escapingQuotes: format == .openMetrics, to: &output)
    }

    /// Appends the text of a HELP line: `\` and newline escaped, in OpenMetrics also `"`.
    package static func appendHelp(_ help: String, format: ExpositionFormat, to output: inout [UInt8]) {
        let bytes = help.utf8
        append(bytes.span, escapingQuotes: format == .openMetrics, to: &output)
    }

    private static func append(_ text: Span<UInt8>, escapingQuotes: Bool, to output: inout [UInt8]) {
        output.append(addingCapacity: 2 * text.count) { room in
            for index in text.indices {
                let byte = text[index]
                switch byte {
                case UInt8(ascii: "\\"):
                    room.append(byte)
                    room.append(byte)
                case UInt8(ascii: "\"") where escapingQuotes:
                    room.append(UInt8(ascii: "\\"))
                    room.append(byte)
                case UInt8(ascii: "\n"):
                    room.append(UInt8(ascii: "\\"))
                    room.append(UInt8(ascii: "n"))
                default:
                    room.append(byte)
                }
            }
        }
    }
}
