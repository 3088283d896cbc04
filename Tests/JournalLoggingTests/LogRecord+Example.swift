import Logging

@testable import JournalLogging

extension LogRecord {
    /// A record of one fixed moment, to be varied by a test.
    static func example(
        message: String = "order done", level: Logger.Level = .info,
        metadata: [(key: String, value: Logger.MetadataValue)] = []
    ) -> LogRecord {
        LogRecord(
            time: 1_754_000_000_123_456, level: level, label: "shop", message: message, metadata: metadata,
            file: "Shop/Order.swift", function: "finish()", line: 42)
    }
}

/// Text that a rendering function appends.
func rendered(_ append: (inout [UInt8]) -> Void) -> String {
    var bytes: [UInt8] = []
    append(&bytes)
    return String(decoding: bytes, as: UTF8.self)
}
