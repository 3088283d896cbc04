import Glibc
import JournalLogging
import Linux
import Logging

/// A program that logs to the journal what the tests of the whole system tell it to.
///
/// `records` logs what standard input says, one record a line; `numbers COUNT` logs debug messages with rising numbers as fast
/// as it can, each hundredth as an error. At the end it says how many records were lost, and before that how many nanoseconds the slowest call took.
@main
enum LogSource {
    static func main() throws {
        LoggingSystem.bootstrap(JournalLogHandler.factory(format: .journal, level: .trace))
        switch CommandLine.arguments.dropFirst().first {
        case "records": try logRecords()
        case "numbers": try logNumbers(CommandLine.arguments.last.flatMap { Int($0) } ?? 0)
        default: throw UnknownMode()
        }
    }

    private static func logRecords() throws {
        var count = 0
        while let line = readLine() {
            let record = try GivenRecord(line)
            Logger(label: record.logger).log(
                level: record.level, "\(record.message)", metadata: record.metadata,
                file: "Given/Record.swift",
                function: "given()", line: UInt(count))
            count += 1
            // What is lost for speed is another test's.
            if count.isMultiple(of: 100) { try flush() }
        }
        try finish()
    }

    /// At once, as somebody waits for it.
    private static func say(_ text: String) throws {
        try Descriptor.writeAll(Array("\(text)\n".utf8), to: STDOUT_FILENO)
    }

    private static func logNumbers(_ count: Int) throws {
        let logger = Logger(label: "numbers")
        let clock = ContinuousClock()
        var slowest = Duration.zero
        for number in 0..<count {
            let level: Logger.Level = number.isMultiple(of: 100) ? .error : .debug
            let elapsed = clock.measure {
                logger.log(level: level, "number \(number)", metadata: ["number": .stringConvertible(number)])
            }
            slowest = max(slowest, elapsed)
        }
        try say("slowest \(slowest / .nanoseconds(1))")
        try finish()
    }

    private static func finish() throws {
        try flush()
        try say("lost \(JournalLogHandler.droppedEntries)")
    }

    private static func flush() throws {
        guard JournalLogHandler.flush(timeout: .seconds(120)) else { throw NotFlushed() }
    }
}

private struct UnknownMode: Error {}
private struct NotFlushed: Error {}
