import LogTelemetry
import Logging
import Synchronization
import Telemetry
import TelemetryTesting
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct MessageEventTests {
    private struct Nowhere: LogOutput {
        func write(_ record: LogRecord) -> Bool { true }
    }

    /// Else it would call itself until the stack ends.
    @Test func whatAHandlerOfTheEventLogsIsNone() throws {
        let written = Mutex<[String]>([])
        let queue = LogQueue(now: { 0 }) {
            Written(messages: { message in written.withLock { $0.append(message) } })
        }
        let loggers = KnownLoggers.of(LogTarget(queue: queue) { _ in 0 }, rules: RulesInUse())
        let logger = Logger(label: "message.events.handled") { label in
            JournalLogHandler(label: label, of: loggers, metadataProvider: nil)
        }
        let seen = Mutex(0)
        try HandlerRegistry.shared.attach("message.events.handled", to: LogEvents.message) { message in
            guard message.logger == "message.events.handled" else { return }
            seen.withLock { $0 += 1 }
            logger.info("seen")
        }
        defer { try? HandlerRegistry.shared.detach("message.events.handled") }
        for _ in 0..<2 { logger.info("said") }
        #expect(seen.withLock { $0 } == 2)
        #expect(queue.flush(timeout: .seconds(60)))
        #expect(written.withLock { $0 } == ["seen", "said", "seen", "said"])
    }

    private struct Written: LogOutput {
        let messages: @Sendable (String) -> Void

        func write(_ record: LogRecord) -> Bool {
            messages(record.message)
            return true
        }
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
