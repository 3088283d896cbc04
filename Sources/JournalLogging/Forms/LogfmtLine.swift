import Bytes
import Logging
import Telemetry

/// One line of `key=value` pairs per record.
enum LogfmtLine {
    /// Pairs in this order: time, level, logger, msg, those of the trace, the metadata by key, errno, source where it is known.
    static func render(_ record: LogRecord) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes.append(contentsOf: "time=".utf8)
        appendTimestamp(record.time, to: &bytes)
        bytes.append(contentsOf: " level=\(record.level.rawValue) logger=".utf8)
        append(record.label, to: &bytes)
        bytes.append(contentsOf: " msg=".utf8)
        append(record.message, to: &bytes)
        if let trace = record.trace {
            bytes.append(contentsOf: " trace_id=\(trace.traceID) span_id=\(trace.spanText)".utf8)
        }
        for item in record.metadata {
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: item.key.utf8.map { isBare($0) ? $0 : UInt8(ascii: "_") })
            bytes.append(UInt8(ascii: "="))
            append(item.value.plainText, to: &bytes)
        }
        if let errno = record.errno { bytes.append(contentsOf: " errno=\(errno)".utf8) }
        if !record.file.isEmpty {
            bytes.append(contentsOf: " source=".utf8)
            append(record.source, to: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        if !text.isEmpty, text.utf8.allSatisfy(isBare), !text.unicodeScalars.contains(where: \.steersTerminal)
        {
            bytes.append(contentsOf: text.utf8)
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
