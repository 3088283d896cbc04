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
    private let rules = RulesInUse()
    private let loggers: KnownLoggers

    init() {
        let labels = Labels()
        self.labels = labels
        queue = LogQueue(now: { 0 }) { Output(labels: labels) }
        loggers = KnownLoggers.of(LogTarget(queue: queue) { _ in 0 }, rules: rules)
    }

    @Test func aLabelIsOneLogger() {
        #expect(loggers.logger("a").logger === loggers.logger("a").logger)
        #expect(loggers.logger("a").logger !== loggers.logger("b").logger)
    }

    @Test func aTargetHasItsLoggersOnce() {
        #expect(loggers === KnownLoggers.of(LogTarget(queue: queue) { _ in 0 }, rules: rules))
        #expect(loggers !== KnownLoggers.of(LogTarget(queue: queue) { _ in 1 }, rules: rules))
        #expect(loggers !== KnownLoggers.of(LogTarget(queue: queue) { _ in 0 }, rules: RulesInUse()))
    }

    @Test func aHandlerOutlivesWhoMadeIt() {
        weak var loggers: KnownLoggers?
        var handler: JournalLogHandler?
        do {
            let made = KnownLoggers.of(LogTarget(queue: queue) { _ in 2 }, rules: rules)
            loggers = made
            handler = JournalLogHandler(label: "alone", of: made, metadataProvider: nil)
        }
        #expect(loggers != nil)
        handler?.log(event: .example())
        #expect(queue.flush(timeout: .seconds(60)))
        #expect(labels.seen.withLock { $0 } == ["alone"])
    }

    @Test func aRuleIsForLoggersThatWereMade() {
        let made = [loggers.logger("shop.orders").logger, loggers.logger("bank").logger]
        #expect(made.map(\.label).allSatisfy(rules.hasLogger))
        #expect(rules.hasLogger(for: "shop"))
        #expect(!rules.hasLogger(for: "sho"))
        #expect(!rules.hasLogger(for: "shop.order"))
        #expect(!rules.hasLogger(for: "bank."))
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
