/// Undoes the escapes of label values and HELP lines.
enum Unescaping {
    /// Appends what `\` followed by `byte` means; false when it means nothing and that isn't tolerated.
    static func append(_ byte: UInt8, quotes: Bool, lenient: Bool, to output: inout [UInt8]) -> Bool {
        switch byte {
        case UInt8(ascii: "\\"): output.append(byte)
        case UInt8(ascii: "n"): output.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "\"") where quotes: output.append(byte)
        default:
            guard lenient else { return false }
            output.append(UInt8(ascii: "\\"))
            output.append(byte)
        }
        return true
    }

    /// The text of a HELP line from the cursor to the end of the line.
    static func help(
        _ cursor: inout LineCursor, format: ExpositionFormat
    ) throws(ExpositionError) -> String {
        let isOrdinary = { (byte: UInt8) in byte != UInt8(ascii: "\\") }
        var bytes = Array(cursor.take(while: isOrdinary))
        while cursor.next != nil {
            let place = cursor.index
            _ = cursor.skip(UInt8(ascii: "\\"))
            guard let escaped = cursor.next else {
                guard format == .openMetrics else { throw cursor.fault(.invalidEscape("\\"), at: place) }
                bytes.append(UInt8(ascii: "\\"))
                break
            }
            _ = cursor.skip(escaped)
            let lenient = format == .openMetrics
            guard append(escaped, quotes: lenient, lenient: lenient, to: &bytes) else {
                throw cursor.fault(.invalidEscape(shown(escaped)), at: place)
            }
            bytes.append(contentsOf: cursor.take(while: isOrdinary))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The escape as an error shows it.
    static func shown(_ byte: UInt8) -> String {
        byte < 0x80 ? "\\" + Evidence.shown([byte]) : "\\…"
    }
}
