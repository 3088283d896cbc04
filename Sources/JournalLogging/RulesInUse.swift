import Logging
import Synchronization

/// The rules that handlers keep to, which may be replaced at any time, from any thread.
final class RulesInUse: Sendable {
    /// Those of the process.
    static let ofProcess = RulesInUse()

    /// One more with each change.
    ///
    /// It orders nothing: who sees another number takes the lock.
    private let generation = Atomic<UInt64>(1)
    private let state: Mutex<LogRules>

    init(_ rules: LogRules = LogRules()) { state = Mutex(rules) }

    var rules: LogRules {
        get { state.withLock(\.self) }
        set { change { $0 = newValue } }
    }

    /// Changes the rules in one step.
    func change<Result: Sendable>(_ body: (inout LogRules) -> Result) -> Result {
        state.withLock { rules in
            defer { generation.wrappingAdd(1, ordering: .relaxed) }
            return body(&rules)
        }
    }

    /// Whether the rules have not changed since.
    func isCurrent(_ rule: LoggerRule) -> Bool {
        rule.generation == generation.load(ordering: .relaxed)
    }

    /// What the rules say of a logger.
    func rule(for label: String) -> LoggerRule {
        state.withLock { rules in
            LoggerRule(
                generation: generation.load(ordering: .relaxed), level: rules.level(of: label),
                format: rules.format(of: label))
        }
    }
}
