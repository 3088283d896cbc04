import Logging
import Synchronization

/// What all handlers of one label and target have in common: among it what the rules in use say of the logger.
final class KnownLogger: Sendable {
    let label: String
    private let target: LogTarget
    /// It orders nothing: a record beside a change may go by either.
    private let word = Atomic<UInt16>(0)

    init(label: String, target: LogTarget, rules: RulesInUse) {
        self.label = label
        self.target = target
        rules.register(self)
    }

    /// The least level of what the logger writes.
    var level: Logger.Level { rule.level }

    var queue: LogQueue { target.queue }

    /// Which of the queue's destinations its records are for.
    var destination: UInt8 { target.destinations[Int(rule.formatNumber)] }

    /// Takes what these rules say of it; only `RulesInUse` calls it.
    func keep(to rules: LogRules) {
        let rule = LoggerRule(level: rules.level(of: label), format: rules.format(of: label))
        word.store(rule.word, ordering: .relaxed)
    }

    private var rule: LoggerRule { LoggerRule(word: word.load(ordering: .relaxed)) }
}

/// The loggers of a target by their labels; those in here live as long as the process.
///
/// A handler refers to one without counting references: swift-log copies the handler at each statement, also below the level.
final class KnownLoggers: Sendable {
    /// Labels past this number, as an application may make them for each connection, are not kept.
    private static let most = 1024

    private let target: LogTarget
    private let rules: RulesInUse
    private let kept = Mutex<[String: KnownLogger]>([:])

    init(_ target: LogTarget, rules: RulesInUse = RulesInUse()) {
        self.target = target
        self.rules = rules
    }

    /// The logger of a label, and whether it is kept.
    func logger(_ label: String) -> (logger: KnownLogger, isKept: Bool) {
        kept.withLock { kept in
            if let logger = kept[label] { return (logger, true) }
            let logger = KnownLogger(label: label, target: target, rules: rules)
            guard kept.count < Self.most else { return (logger, false) }
            kept[label] = logger
            // Handlers outlive a factory that is used once, and with it what only the factory knows.
            unsafe _ = Unmanaged.passRetained(logger)
            return (logger, true)
        }
    }
}
