import Logging

/// One JSON object per record, with a line feed at its end.
enum JSONLine {
    /// Members in this order: time, level, logger, message, metadata unless empty, source where it is known.
    static func render(_ record: LogRecord) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(384)
        bytes.append(contentsOf: "{\"time\":\"".utf8)
        appendTimestamp(record.time, to: &bytes)
        bytes.append(contentsOf: "\",\"level\":\"".utf8)
        bytes.append(contentsOf: record.level.rawValue.utf8)
        bytes.append(contentsOf: "\",\"logger\":".utf8)
        JSONText.append(record.label, to: &bytes)
        bytes.append(contentsOf: ",\"message\":".utf8)
        JSONText.append(record.message, to: &bytes)
        if !record.metadata.isEmpty {
            bytes.append(contentsOf: ",\"metadata\":".utf8)
            JSONText.append(record.metadata, to: &bytes)
        }
        if !record.file.isEmpty {
            bytes.append(contentsOf: ",\"source\":".utf8)
            JSONText.append("\(record.file):\(record.line)", to: &bytes)
        }
        bytes.append(contentsOf: "}\n".utf8)
        return bytes
    }
}
