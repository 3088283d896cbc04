import LogTelemetry
import Logging
import Telemetry

/// What one log statement said, gathered from the statement, its logger and the metadata provider.
struct LogRecord: Equatable, Sendable {
    /// Microseconds since 1970.
    var time: Int64
    /// The kernel's number of the thread.
    var thread: UInt32 = 0
    var level: Logger.Level
    /// Which of the queue's destinations it is for.
    var destination: UInt8 = 0
    var label: String
    var message: String
    /// What the statement's error left in `errno`.
    var errno: Int32?
    var trace: TraceContext?
    /// Each key once, sorted, so that a statement is rendered the same way each time.
    var metadata: [LogItem] = []
    var file: String
    var function: String
    var line: UInt32
}

extension LogRecord {
    /// What the log says of itself.
    init(
        ofLog level: Logger.Level, time: Int64, message: String, id: LogMessage, metadata: [LogItem] = [],
        file: String = #fileID, function: String = #function, line: UInt32 = #line
    ) {
        self.init(
            time: time, level: level, label: "heliograph.log", message: message,
            metadata: ([LogItem(key: "message_id", value: .text(id.rawValue))] + metadata).sorted {
                $0.key < $1.key
            },
            file: file, function: function, line: line)
    }

    /// Whether both say the same, at whatever time, in whatever thread and trace.
    func repeats(_ other: LogRecord) -> Bool {
        // What differs most often comes first.
        line == other.line && message == other.message && level == other.level && label == other.label
            && metadata == other.metadata && file == other.file && destination == other.destination
            && errno == other.errno
    }

    /// The statement's place, `file:line`.
    var source: String { "\(file):\(line)" }

    /// The value of a key.
    subscript(key: String) -> LogValue? {
        metadata.first { $0.key == key }?.value
    }
}
