import Telemetry

/// The waiting between failures of a poll: twice as long after each one in a row.
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

    /// The wait after so many failures in a row, 1 being the first.
    func delay(afterFailures failures: Int) -> Duration {
        initial.doubled(afterFailures: failures, upTo: maximum)
    }
}
