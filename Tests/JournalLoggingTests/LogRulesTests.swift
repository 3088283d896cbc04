import Logging
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct LogRulesTests {
    private struct Nowhere: LogOutput {
        func write(_ record: LogRecord) -> Bool { true }
    }

    private static let rules = LogRules(
        level: .warning,
        levels: ["shop": .info, "shop.orders": .trace, "shop.orders.late.": .error, "": .critical])

    @Test(arguments: [
        ("shop", Logger.Level.info), ("shop.orders", .trace), ("shop.orders.late", .trace),
        ("shop.returns", .info),
        ("shopping", .warning), ("shop.", .info), ("sho", .warning), ("other.shop", .warning),
        ("", .critical),
        (".x", .critical),
    ])
    func theLongestBeginningDecides(label: String, level: Logger.Level) {
        #expect(Self.rules.level(of: label) == level)
    }

    private static let queue = LogQueue(now: { 0 }) { Nowhere() }

    private static func loggers(_ rules: RulesInUse) -> KnownLoggers {
        KnownLoggers.of(LogTarget(queue: queue) { $0.number }, rules: rules)
    }

    private static func logger(_ label: String, _ rules: RulesInUse) -> Logger {
        Logger(label: label) { label in
            JournalLogHandler(label: label, of: loggers(rules), metadataProvider: nil)
        }
    }

    @Test func aChangeIsInForceForLoggersThatWereMadeBefore() {
        let inUse = RulesInUse()
        let logger = Self.logger("shop.orders", inUse)
        let other = Self.logger("shop", inUse)
        #expect(logger.logLevel == .info)

        inUse.change { $0.levels["shop.orders"] = .trace }

        #expect(logger.logLevel == .trace)
        #expect(other.logLevel == .info)
        inUse.rules = LogRules(level: .error)
        #expect(logger.logLevel == .error)
        #expect(other.logLevel == .error)
    }

    @Test func aFormIsThatOfTheLongestBeginningToo() {
        let rules = RulesInUse(LogRules(format: .journal, formats: ["shop": .json, "shop.orders": .logfmt]))
        let loggers = Self.loggers(rules)
        let known = ["shop.orders.late", "shop.returns", "other"].map { loggers.logger($0).logger }
        func forms(_ forms: [JournalLogHandler.Format]) -> [UInt8] { forms.map(\.number) }
        #expect(known.map(\.destination) == forms([.logfmt, .json, .journal]))

        rules.change { $0.formats = ["other": .auto, "shop.returns": .console] }

        #expect(known.map(\.destination) == forms([.journal, .console, .auto]))
        #expect(known.map(\.level) == [.info, .info, .info])
    }

    @Test func aLoggerOutlivesItsFactory() {
        let rules = RulesInUse()
        let logger = Self.logger("outlives", rules)
        rules.change { $0.level = .debug }
        #expect(logger.logLevel == .debug)
        logger.debug("")
    }

    /// Labels past those that are kept, as an application may make them for each connection.
    @Test func loggersThatAreNotKeptFollowToo() {
        let rules = RulesInUse()
        let loggers = Self.loggers(rules)
        for number in 0..<1024 { _ = loggers.logger("\(number)") }
        let lasting = loggers.logger("lasting").logger
        for number in 0..<500 { #expect(!loggers.logger("passing.\(number)").isKept) }

        rules.change { $0.level = .error }

        #expect(lasting.level == .error)
        #expect(loggers.logger("new").logger.level == .error)
    }

    @Test func aLevelThatTheProgramSetStays() {
        let inUse = RulesInUse()
        let logger = Self.logger("shop", inUse)
        var own = logger
        own.logLevel = .critical

        inUse.rules = LogRules(level: .debug)

        #expect(own.logLevel == .critical)
        #expect(logger.logLevel == .debug)
    }

    @Test(arguments: Logger.Level.allCases)
    func everyLevelIsKept(level: Logger.Level) {
        let logger = Self.logger("shop", RulesInUse(LogRules(level: level)))
        #expect(logger.logLevel == level)
        #expect(logger.logLevel == level)
    }

    /// A level that was found while the rules changed must not stay.
    @Test func readersEndWithTheLastRules() async {
        let inUse = RulesInUse()
        let logger = Self.logger("shop", inUse)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<20_000 { _ = logger.logLevel }
                }
            }
            group.addTask {
                for number in 0..<2_000 {
                    inUse.rules = LogRules(level: Logger.Level.allCases[number % Logger.Level.allCases.count])
                }
                inUse.rules = LogRules(level: .notice)
            }
        }
        #expect(logger.logLevel == .notice)
    }
}
