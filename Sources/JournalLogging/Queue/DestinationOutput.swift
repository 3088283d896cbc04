import Synchronization
import Systemd

/// Writes each record where its destination says: to the journal, or as a line.
final class DestinationOutput: LogOutput {
    private let destinations: LogDestinations
    private let lines: LineOutput
    private let journal: JournalOutput

    init(_ destinations: LogDestinations, lines: LineOutput, journal: JournalOutput) {
        self.destinations = destinations
        self.lines = lines
        self.journal = journal
    }

    func write(_ record: LogRecord) -> Bool {
        let destination = destinations[record.destination]
        guard destination.format == .journal else { return lines.write(destination.line(record)) }
        return journal.write(record, identifier: destination.identifier)
    }
}

/// The destinations of a queue, by their numbers; any thread may add and read.
final class LogDestinations: Sendable {
    private let known: Mutex<[LogDestination]>

    /// What the log says of itself goes to the first one.
    init(_ first: LogDestination) {
        known = Mutex([first])
    }

    /// The number of a destination; past 255 of them, the last one.
    func number(of destination: LogDestination) -> UInt8 {
        known.withLock { known in
            if let number = known.firstIndex(of: destination) { return UInt8(number) }
            if known.count < 256 { known.append(destination) }
            return UInt8(known.count - 1)
        }
    }

    /// The destination with a number, or the first one where there is none.
    subscript(number: UInt8) -> LogDestination {
        known.withLock { Int(number) < $0.count ? $0[Int(number)] : $0[0] }
    }
}
