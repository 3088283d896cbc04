import Logging
import Synchronization

/// What all handlers of one label and target have in common: among it what the rules in use say of the logger.
final class KnownLogger: Sendable {
    let label: String
    private let target: LogTarget
    private let rules: RulesInUse
    /// Of generation 0 at first, which no rules are of.
    private let last = Atomic<UInt64>(0)

    init(label: String, target: LogTarget, rules: RulesInUse) {
        self.label = label
        self.target = target
        self.rules = rules
    }

    /// The least level of what the logger writes: two loads, and the lock of the rules only after they changed.
    var level: Logger.Level { rule.level }

    var queue: LogQueue { target.queue }

    /// Which of the queue's destinations its records are for.
    var destination: UInt8 { target.destinations[Int(rule.formatNumber)] }

    @inline(__always)
    private var rule: LoggerRule {
        let last = LoggerRule(word: last.load(ordering: .relaxed))
        return rules.isCurrent(last) ? last : found()
    }

    @inline(never)
    private func found() -> LoggerRule {
        let rule = rules.rule(for: label)
        last.store(rule.word, ordering: .relaxed)
        return rule
    }
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
