import Logging
import TelemetryMetrics

/// Warns when series and names near a limit of all metrics: once, until they are far from it again.
struct BudgetWatch {
    private var warned: Set<StoreLimits.Name> = []
    private let logger: Logger

    /// The percentage of the limit from which on it warns, and that below which it may warn again.
    private static let (high, low) = (80.0, 70.0)

    init(logger: Logger = Logger(label: "heliograph.budget")) { self.logger = logger }

    /// Logs what has come near its limit since the last look.
    mutating func look(at budget: StoreBudget) {
        warn(.memory, budget.memory, of: budget.limits.memory)
        warn(.samples, budget.samples, of: budget.limits.samples)
    }

    private mutating func warn(_ limit: StoreLimits.Name, _ used: Int, of most: Int) {
        guard isNear(limit, used, of: most) else { return }
        logger.warning(
            "Metrics near a limit: past it new series fall into overflow series, and new names are rejected",
            metadata: ["limit": "limits.\(limit.rawValue)", "used": "\(used)", "most": "\(most)"])
    }

    /// Whether it has come near the limit since it was last far from it.
    mutating func isNear(_ limit: StoreLimits.Name, _ used: Int, of most: Int) -> Bool {
        let share = Double(used) / Double(most) * 100
        if share < Self.low { warned.remove(limit) }
        return share >= Self.high && warned.insert(limit).inserted
    }
}
