import Logging

/// What one log statement said, gathered from the statement, its logger and the metadata provider.
struct LogRecord {
    /// Microseconds since 1970.
    var time: Int64
    var level: Logger.Level
    var label: String
    var message: String
    /// Sorted by key, so that a statement is rendered the same way each time.
    var metadata: [(key: String, value: Logger.MetadataValue)]
    var file: String
    var function: String
    var line: UInt
}

extension LogRecord {
    /// Merges metadata as swift-log does: the logger's, the provider's, the statement's, its error, last wins.
    init(
        event: LogEvent, label: String, time: Int64, logger: Logger.Metadata,
        provider: Logger.MetadataProvider?
    ) {
        var merged = logger
        if let provider { merged.merge(provider.get()) { $1 } }
        if let explicit = event.metadata { merged.merge(explicit) { $1 } }
        if let error = event.error {
            merged["error.message"] = "\(error)"
            merged["error.type"] = "\(String(reflecting: type(of: error)))"
        }
        self.init(
            time: time, level: event.level, label: label, message: event.message.description,
            metadata: merged.sorted { $0.key < $1.key }, file: event.file, function: event.function,
            line: event.line)
    }
}

/// How much of one field is kept, and what says that something was cut off.
enum TextLimit {
    /// Bytes of UTF-8 per field.
    static let bytesPerField = 64 << 10

    /// Levels of nested metadata; deeper values are replaced.
    static let depth = 16

    /// The text itself, or as much of it as fits, cut between characters' bytes, with a note of its length.
    static func apply(to text: String, limit: Int = bytesPerField) -> String {
        let utf8 = text.utf8
        let size = utf8.count
        guard size > limit else { return text }
        // Slicing a string rounds the index down to the start of a character's bytes.
        let end = utf8.index(utf8.startIndex, offsetBy: limit)
        return "\(text[..<end])…[truncated, \(size) bytes]"
    }
}
