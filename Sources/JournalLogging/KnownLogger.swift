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

/// The loggers of a target by their labels; they and those that are kept in here live as long as the process.
///
/// A handler refers to one without counting references: swift-log copies the handler at each statement, also below the level.
/// It may outlive whoever made it.
final class KnownLoggers: Sendable {
    /// Labels past this number, as an application may make them for each connection, are not kept.
    private static let most = 1024

    /// All that were ever made: one for each destination of the process.
    private static let all = Mutex<[KnownLoggers]>([])

    private let target: LogTarget
    private let rules: RulesInUse
    private let kept = Mutex<[String: KnownLogger]>([:])

    private init(_ target: LogTarget, _ rules: RulesInUse) {
        self.target = target
        self.rules = rules
    }

    /// The loggers of this target that keep to these rules, which are made for it the first time.
    static func of(_ target: LogTarget, rules: RulesInUse) -> KnownLoggers {
        all.withLock { all in
            if let loggers = all.first(where: { $0.target == target && $0.rules === rules }) {
                return loggers
            }
            all.append(KnownLoggers(target, rules))
            return all[all.count - 1]
        }
    }

    /// The logger of a label, and whether it is kept.
    func logger(_ label: String) -> (logger: KnownLogger, isKept: Bool) {
        kept.withLock { kept in
            if let logger = kept[label] { return (logger, true) }
            let logger = KnownLogger(label: label, target: target, rules: rules)
            guard kept.count < Self.most else { return (logger, false) }
            kept[label] = logger
            return (logger, true)
        }
    }
}
