import LogTelemetry
import Logging
import TelemetryTesting
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct MessageEventTests {
    private struct Nowhere: LogOutput {
        func write(_ record: LogRecord) -> Bool { true }
    }

    @Test func eachMessageFromTheLevelOnIsAnEvent() throws {
        let queue = LogQueue(now: { 0 }) { Nowhere() }
        let loggers = KnownLoggers.of(
            LogTarget(queue: queue) { _ in 0 }, rules: RulesInUse(LogRules(level: .warning)))
        let logger = Logger(label: "message.events") { label in
            JournalLogHandler(label: label, of: loggers, metadataProvider: nil)
        }
        let levels = try withCapture(of: LogEvents.message) { capture in
            for level in Logger.Level.allCases { logger.log(level: level, "") }
            return capture.events.filter { $0.logger == "message.events" }.map(\.level)
        }
        #expect(levels == [.warning, .error, .critical])
    }
}
