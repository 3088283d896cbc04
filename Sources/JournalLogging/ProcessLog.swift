import Glibc
import Linux
import Systemd

/// Where the handlers of a process write: one queue, one thread.
final class ProcessLog: Sendable {
    /// The process's own; the journal is looked for once, with the first handler.
    static let shared = ProcessLog()

    private let destinations: LogDestinations
    let queue: LogQueue
    /// The loggers that no form was chosen for.
    let standard: KnownLoggers

    private init() {
        let destinations = LogDestinations(Self.destination(.auto, nil))
        self.destinations = destinations
        queue = LogQueue(now: wallClockMicroseconds) {
            let lines = LineOutput(descriptor: STDERR_FILENO)
            let journal = JournalOutput(JournalSocket(), lines: lines, now: wallClockMicroseconds)
            return DestinationOutput(destinations, lines: lines, journal: journal)
        }
        standard = KnownLoggers.of(LogTarget(queue: queue, destination: 0))
        // The end of the process waits for what was logged last.
        atexit { _ = ProcessLog.shared.queue.flush(timeout: .milliseconds(500)) }
    }

    /// The loggers whose records are of this form; `identifier` is the executable's name by default.
    func loggers(_ format: JournalLogHandler.Format, _ identifier: String?) -> KnownLoggers {
        let destination = Self.destination(format, identifier)
        return KnownLoggers.of(LogTarget(queue: queue, destination: destinations.number(of: destination)))
    }

    private static func destination(
        _ format: JournalLogHandler.Format, _ identifier: String?
    ) -> LogDestination {
        let isTerminal = Terminal.isError
        let resolved = format.resolved(
            standardErrorIsJournal: JournalConnection.isStandardError,
            journalHasSocket: JournalConnection.hasSocket, standardErrorIsTerminal: isTerminal)
        return LogDestination(
            format: resolved, identifier: identifier ?? executableName(),
            hasColours: isTerminal && Terminal.mayHaveColours)
    }

    private static func executableName() -> String {
        let path = CommandLine.arguments.first ?? ""
        return path.split(separator: "/").last.map(String.init) ?? "swift"
    }
}

/// The queue of a handler, and for which of its destinations the handler's records are.
struct LogTarget: Sendable, Equatable {
    let queue: LogQueue
    let destination: UInt8

    static func == (left: LogTarget, right: LogTarget) -> Bool {
        left.queue === right.queue && left.destination == right.destination
    }
}
