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
