/// Which children are restarted along with the one that ended.
public enum RestartStrategy: Sendable, Equatable, CaseIterable {
    /// None but that child.
    case oneForOne
    /// All of them.
    case oneForAll
    /// Those that come after it in the start order.
    case restForOne
}

/// How many restarts within which time a supervisor bears before it fails itself.
public struct RestartIntensity: Sendable, Equatable, CustomStringConvertible {
    /// The restarts allowed within `period`; 0 lets the first failure end the supervisor.
    public let maxRestarts: Int
    /// The length of the sliding window; a restart exactly this long ago still counts.
    public let period: Duration

    /// OTP's idea with Elixir's default of 3 restarts in 5 seconds; a supervisor refuses a negative number of
    /// restarts and a period that is not positive.
    public init(maxRestarts: Int = 3, period: Duration = .seconds(5)) {
        self.maxRestarts = maxRestarts
        self.period = period
    }

    /// The number of restarts and the period.
    public var description: String { "\(maxRestarts) restarts in \(period)" }

    var isValid: Bool { maxRestarts >= 0 && period > .zero }
}

/// Whether a supervisor ends, normally, because significant children ended by themselves.
///
/// Only the normal end of a transient child and any end of a temporary one count; stopping a child does not.
public enum AutoShutdown: Sendable, Equatable, CaseIterable {
    /// No; then no child may be significant.
    case never
    /// As soon as one has.
    case anySignificant
    /// When no significant child is left that runs or is being restarted.
    case allSignificant
}
