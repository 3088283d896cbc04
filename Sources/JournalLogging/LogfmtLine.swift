import Bytes
import Logging

/// One line of `key=value` pairs per record, for people at a terminal.
enum LogfmtLine {
    /// Pairs in this order: time, level, logger, msg, the metadata by key, source where it is known.
    static func render(_ record: LogRecord) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes.append(contentsOf: "time=".utf8)
        appendTimestamp(record.time, to: &bytes)
        bytes.append(contentsOf: " level=\(record.level.rawValue) logger=".utf8)
        append(record.label, to: &bytes)
        bytes.append(contentsOf: " msg=".utf8)
        append(record.message, to: &bytes)
        for (key, value) in record.metadata {
            bytes.append(UInt8(ascii: " "))
            bytes.append(
                contentsOf: TextLimit.apply(to: key).utf8.map { isBare($0) ? $0 : UInt8(ascii: "_") })
            bytes.append(UInt8(ascii: "="))
            append(metadataText(of: value), to: &bytes)
        }
        if !record.file.isEmpty {
            bytes.append(contentsOf: " source=".utf8)
            append("\(record.file):\(record.line)", to: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Appends a value, in quotes where it needs them.
    static func append(_ text: String, to bytes: inout [UInt8]) {
        if !text.isEmpty, text.utf8.allSatisfy(isBare), !text.unicodeScalars.contains(where: \.steersTerminal)
        {
            bytes.append(contentsOf: TextLimit.apply(to: text).utf8)
        } else {
            JSONText.append(text, to: &bytes)
        }
    }

    private static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7F, 0xC2, UInt8(ascii: "\""), UInt8(ascii: "="), UInt8(ascii: "\\"): false
        default: true
        }
    }
}

/// A metadata value as text: a string as it is, a scalar's description, JSON for what is nested.
func metadataText(of value: Logger.MetadataValue) -> String {
    switch value {
    case .string(let text): return text
    case .stringConvertible(let convertible): return convertible.description
    case .array, .dictionary:
        var bytes: [UInt8] = []
        JSONText.append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
