import Bytes
import Logging

/// Writes JSON into a byte buffer: every string is escaped, numbers and truth values keep their type.
enum JSONText {
    /// Appends a quoted string.
    ///
    /// Beyond what JSON demands, DEL, the C1 controls and characters that format are escaped, as they drive terminals.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let text = TextLimit.apply(to: text)
        if text.utf8.allSatisfy(isPlain) {
            bytes.append(contentsOf: text.utf8)
        } else {
            for scalar in text.unicodeScalars { appendEscaped(scalar, to: &bytes) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends a metadata value; what lies beyond the size or depth limit is replaced by a note.
    static func append(_ value: Logger.MetadataValue, to bytes: inout [UInt8]) {
        let end = bytes.count + TextLimit.bytesPerField
        append(value, depth: TextLimit.depth, end: end, to: &bytes)
    }

    /// Appends an object with these members, in the order given.
    static func append(
        _ members: [(key: String, value: Logger.MetadataValue)], to bytes: inout [UInt8]
    ) {
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(member.key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            append(member.value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}

extension JSONText {
    private static func append(
        _ value: Logger.MetadataValue, depth: Int, end: Int, to bytes: inout [UInt8]
    ) {
        switch value {
        case .string(let text): append(text, to: &bytes)
        case .stringConvertible(let convertible): appendScalar(convertible, to: &bytes)
        case .array, .dictionary:
            guard depth > 0 else { return append("…[nested too deeply]", to: &bytes) }
            appendContainer(value, depth: depth - 1, end: end, to: &bytes)
        }
    }

    private static func appendContainer(
        _ value: Logger.MetadataValue, depth: Int, end: Int, to bytes: inout [UInt8]
    ) {
        switch value {
        case .array(let elements):
            appendElements(elements, between: "[", "]", end: end, to: &bytes) { element, bytes in
                append(element, depth: depth, end: end, to: &bytes)
            } note: { note, bytes in
                append(note, to: &bytes)
            }
        case .dictionary(let members):
            let sorted = members.sorted { $0.key < $1.key }
            appendElements(sorted, between: "{", "}", end: end, to: &bytes) { member, bytes in
                append(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                append(member.value, depth: depth, end: end, to: &bytes)
            } note: { note, bytes in
                append("…", to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                append(note, to: &bytes)
            }
        case .string, .stringConvertible: break
        }
    }

    private static func appendElements<Element>(
        _ elements: [Element], between open: Unicode.Scalar, _ close: Unicode.Scalar, end: Int,
        to bytes: inout [UInt8], element append: (Element, inout [UInt8]) -> Void,
        note appendNote: (String, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            guard bytes.count < end else {
                appendNote("…[truncated, \(elements.count - index) more]", &bytes)
                break
            }
            append(element, &bytes)
        }
        bytes.append(UInt8(ascii: close))
    }

    private static func appendScalar(_ value: any CustomStringConvertible & Sendable, to bytes: inout [UInt8])
    {
        if let number = literal(of: value) {
            bytes.append(contentsOf: number.utf8)
        } else {
            append(value.description, to: &bytes)
        }
    }

    private static func literal(of value: any CustomStringConvertible & Sendable) -> String? {
        switch value {
        case let flag as Bool: flag ? "true" : "false"
        case let number as Int: "\(number)"
        case let number as any FixedWidthInteger: "\(number)"
        // JSON has no word for infinities and NaN: those become strings.
        case let number as Double: number.isFinite ? "\(number)" : nil
        case let number as Float: number.isFinite ? "\(number)" : nil
        default: nil
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0x7F
            && byte < 0x80
    }

    private static func appendEscaped(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        switch scalar {
        case "\"", "\\": bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: scalar)])
        case "\n": bytes.append(contentsOf: "\\n".utf8)
        case "\r": bytes.append(contentsOf: "\\r".utf8)
        case "\t": bytes.append(contentsOf: "\\t".utf8)
        case _ where scalar.steersTerminal:
            for unit in String(scalar).utf16 {
                bytes.append(contentsOf: "\\u".utf8)
                for shift in stride(from: 12, through: 0, by: -4) {
                    bytes.append(hexadecimalDigits[Int(unit >> shift & 0xF)])
                }
            }
        default: bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
        }
    }

    private static let hexadecimalDigits = Array("0123456789abcdef".utf8)
}
