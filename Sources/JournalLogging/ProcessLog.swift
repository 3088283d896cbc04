import Glibc
import Linux
import Systemd

/// Where the handlers of a process write: one queue, one thread.
final class ProcessLog: Sendable {
    /// The process's own; the journal is looked for once, with the first handler.
    static let shared = ProcessLog()

    private let destinations: LogDestinations
    let queue: LogQueue
    /// The loggers that no identifier was chosen for.
    let standard: KnownLoggers

    private init() {
        let destinations = LogDestinations(Self.destination(.auto, nil))
        self.destinations = destinations
        queue = LogQueue(now: wallClockMicroseconds) {
            let lines = LineOutput(descriptor: STDERR_FILENO)
            let journal = JournalOutput(JournalSocket(), lines: lines, now: wallClockMicroseconds)
            return DestinationOutput(destinations, lines: lines, journal: journal)
        }
        standard = Self.loggers(nil, queue, destinations)
        // The end of the process waits for what was logged last.
        atexit { _ = ProcessLog.shared.queue.flush(timeout: .milliseconds(500)) }
    }

    /// The loggers of an identifier, by default the executable's name; the rules of the process choose their forms.
    func loggers(_ identifier: String?) -> KnownLoggers {
        Self.loggers(identifier, queue, destinations)
    }

    private static func loggers(
        _ identifier: String?, _ queue: LogQueue, _ destinations: LogDestinations
    ) -> KnownLoggers {
        let target = LogTarget(queue: queue) { destinations.number(of: destination($0, identifier)) }
        return KnownLoggers.of(target, rules: .ofProcess)
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

/// The queue of a handler, and for which of its destinations records of each form are.
struct LogTarget: Sendable, Equatable {
    let queue: LogQueue
    /// By the number of the form.
    let destinations: [UInt8]

    init(queue: LogQueue, destination: (JournalLogHandler.Format) -> UInt8) {
        self.queue = queue
        destinations = JournalLogHandler.Format.allCases.sorted { $0.number < $1.number }.map(destination)
    }

    static func == (left: LogTarget, right: LogTarget) -> Bool {
        left.queue === right.queue && left.destinations == right.destinations
    }
}
