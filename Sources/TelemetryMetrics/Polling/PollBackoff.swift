import Telemetry

/// The waits between failures of a poll, which double with each failure of a streak.
public struct PollBackoff: Sendable, Equatable {
    /// The wait after the first failure.
    public let initial: Duration
    /// The longest wait.
    public let maximum: Duration

    /// A poller refuses an `initial` that is not positive, and a `maximum` below it.
    public init(initial: Duration, maximum: Duration) {
        self.initial = initial
        self.maximum = maximum
    }

    /// The wait after a streak of so many failures, at least one.
    func delay(afterFailures failures: Int) -> Duration {
        initial.doubled(afterFailures: failures, upTo: maximum)
    }
}
