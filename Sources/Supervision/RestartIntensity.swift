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
