import Logging
import Synchronization
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct KnownLoggersTests {
    private final class Labels: Sendable {
        let seen = Mutex<[String]>([])
    }

    private struct Output: LogOutput {
        let labels: Labels

        func write(_ record: LogRecord) -> Bool {
            labels.seen.withLock { $0.append(record.label) }
            return true
        }
    }

    private let labels: Labels
    private let queue: LogQueue
    private let loggers: KnownLoggers

    init() {
        let labels = Labels()
        self.labels = labels
        queue = LogQueue(now: { 0 }) { Output(labels: labels) }
        loggers = KnownLoggers(LogTarget(queue: queue) { _ in 0 })
    }

    @Test func aLabelIsOneLogger() {
        #expect(loggers.logger("a").logger === loggers.logger("a").logger)
        #expect(loggers.logger("a").logger !== loggers.logger("b").logger)
    }

    @Test func labelsWithoutEndAreNotKept() {
        for number in 0..<1024 { #expect(loggers.logger("\(number)").isKept) }
        #expect(!loggers.logger("one more").isKept)
        #expect(loggers.logger("7").isKept)
    }

    @Test func aLoggerThatIsNotKeptLivesAsLongAsItsHandlers() {
        for number in 0..<1024 { _ = loggers.logger("\(number)") }
        var handler = JournalLogHandler(
            label: "one more", of: loggers, metadataProvider: nil)
        handler[metadataKey: "k"] = "v"
        handler.log(event: .example())
        #expect(queue.flush(timeout: .seconds(60)))
        #expect(labels.seen.withLock { $0 } == ["one more"])
    }
}
