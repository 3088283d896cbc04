import Logging
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct LogRecordTests {
    private struct Refused: Error, CustomStringConvertible {
        let description = "card refused"
    }

    private func record(
        statement: Logger.Metadata?, error: (any Error)? = nil, logger: Logger.Metadata = [:],
        provided: Logger.Metadata = [:]
    ) -> LogRecord {
        let event = LogEvent(
            level: .error, message: "m", error: error, metadata: statement, source: nil, file: "A/B.swift",
            function: "f()", line: 1)
        return LogRecord(
            event: event, label: "shop", time: 0, logger: logger, provider: .init { provided })
    }

    @Test func theStatementWinsOverTheProviderAndThatOverTheLogger() {
        let record = record(
            statement: ["a": "statement"], logger: ["a": "logger", "b": "logger", "c": "logger"],
            provided: ["a": "provider", "b": "provider"])
        #expect(record.metadata.map(\.key) == ["a", "b", "c"])
        #expect(record.metadata.map(\.value) == ["statement", "provider", "logger"])
    }

    @Test func anErrorBecomesItsMessageAndType() {
        let record = record(statement: nil, error: Refused())
        #expect(record.metadata.map(\.key) == ["error.message", "error.type"])
        #expect(record.metadata.first?.value == "card refused")
        #expect(record.metadata.last.map { "\($0.value)".hasSuffix("Refused") } == true)
    }
}
