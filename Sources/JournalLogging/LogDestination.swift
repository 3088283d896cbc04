import Glibc
import Systemd

/// Where records go and in which form; copies share the queue behind it.
enum LogDestination: Sendable {
    case journal(JournalWriter, identifier: String)
    case json(LineWriter)
    case logfmt(LineWriter)

    /// Formats the record in the calling thread, without a lock, and queues it.
    func write(_ record: LogRecord) {
        switch self {
        case .journal(let writer, let identifier):
            writer.submit(JournalField.entry(for: record, identifier: identifier))
        case .json(let writer): writer.submit(JSONLine.render(record))
        case .logfmt(let writer): writer.submit(LogfmtLine.render(record))
        }
    }
}

/// The queues of this process: one to the journal, one to standard error, each with a thread once it is used.
enum ProcessWriters {
    static let journal = JournalWriter()
    static let standardError = LineWriter(descriptor: STDERR_FILENO)

    /// Entries that either queue lost.
    static var droppedEntries: Int {
        journal.droppedEntries + standardError.droppedEntries
    }

    /// Waits for both queues, one after the other, each for at most `timeout`.
    static func flush(timeout: Duration) -> Bool {
        let isJournalFlushed = journal.flush(timeout: timeout)
        return standardError.flush(timeout: timeout) && isJournalFlushed
    }

    /// Registers, once, that the end of the process waits for what was logged last.
    static let flushesAtExit: Bool = {
        atexit { _ = ProcessWriters.flush(timeout: .milliseconds(500)) } == 0
    }()
}
