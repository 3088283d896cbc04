import Telemetry

/// Waiting before restarts, which doubles with each failure of a streak.
///
/// A child that stayed up for longer than `cap` begins at `initial` again.
public struct Backoff: Sendable, Equatable {
    /// The wait after the first failure.
    public let initial: Duration
    /// The longest wait.
    public let cap: Duration

    /// A supervisor refuses an `initial` that is not positive and a `cap` below it.
    public init(initial: Duration, cap: Duration) {
        self.initial = initial
        self.cap = cap
    }

    /// The wait after a streak of so many failures, at least one.
    package func delay(afterFailures failures: Int) -> Duration {
        initial.doubled(afterFailures: failures, upTo: cap)
    }

    var isValid: Bool { initial > .zero && cap >= initial }
}
