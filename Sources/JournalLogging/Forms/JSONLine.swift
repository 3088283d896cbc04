import Logging
import Telemetry

/// One JSON object per record.
enum JSONLine {
    /// The object on a line of its own.
    static func render(_ record: LogRecord) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(384)
        append(record, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Members in this order: time, level, logger, message, trace_id and span_id within a trace, metadata unless empty, errno if
    /// there is one, source, function, thread where they are known.
    static func append(_ record: LogRecord, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "{\"time\":\"".utf8)
        appendTimestamp(record.time, to: &bytes)
        bytes.append(contentsOf: "\",\"level\":\"\(record.level.rawValue)\"".utf8)
        append("logger", record.label, to: &bytes)
        append("message", record.message, to: &bytes)
        if let trace = record.trace {
            append("trace_id", trace.traceID.description, to: &bytes)
            append("span_id", trace.spanText, to: &bytes)
        }
        if !record.metadata.isEmpty {
            bytes.append(contentsOf: ",\"metadata\":".utf8)
            JSONText.append(record.metadata, to: &bytes)
        }
        if let errno = record.errno { bytes.append(contentsOf: ",\"errno\":\(errno)".utf8) }
        if !record.file.isEmpty {
            append("source", record.source, to: &bytes)
            append("function", record.function, to: &bytes)
        }
        if record.thread != 0 { bytes.append(contentsOf: ",\"thread\":\(record.thread)".utf8) }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func append(_ key: StaticString, _ text: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: ",\"\(key)\":".utf8)
        JSONText.append(text, to: &bytes)
    }
}
