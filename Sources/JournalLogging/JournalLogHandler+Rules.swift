extension JournalLogHandler {
    /// What loggers write, by their labels; a change is in force at once, also for loggers that were made before.
    ///
    /// A logger whose `logLevel` was set keeps that level. Thread-safe.
    ///
    /// ```swift
    /// JournalLogHandler.rules.levels["shop.orders"] = .debug
    /// ```
    public static var rules: LogRules {
        get { RulesInUse.ofProcess.rules }
        set { RulesInUse.ofProcess.rules = newValue }
    }

    /// Whether a logger was made that has this label, or one that goes on with a dot.
    package static func hasLogger(named label: String) -> Bool { RulesInUse.ofProcess.hasLogger(for: label) }

    /// Changes the rules in one step, where others may do so at the same time; nobody can log in it.
    public static func changeRules<Result: Sendable>(_ body: (inout LogRules) -> Result) -> Result {
        RulesInUse.ofProcess.change(body)
    }
}
