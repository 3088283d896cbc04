public import Telemetry

/// The events that pollers emit about their polls.
public enum PollerEvents {
    /// A poll whose poller begins.
    public struct Started: Sendable {
        /// The name of the poll.
        public let poll: String
        /// The time between two ticks.
        public let period: Duration
    }

    /// A measurement that was taken.
    public struct Success: Sendable {
        /// The name of the poll.
        public let poll: String
        /// How long it took.
        public let duration: Duration
        /// How much later than due it began.
        public let delay: Duration
        /// Ticks that went by meanwhile, and are not made up for.
        public let missedTicks: Int
    }

    /// A measurement that was not taken.
    public struct Failure: Sendable {
        /// The name of the poll.
        public let poll: String
        /// The kind of failure.
        public let cause: Cause
        /// What the measurement threw; nil for other causes.
        public let error: (any Error)?
        /// The length of the failure streak, this failure included.
        public let consecutiveFailures: Int
        /// How long until the next attempt.
        public let nextAttempt: Duration
    }

    /// Why a measurement was not taken.
    public enum Cause: String, Sendable, Equatable, CaseIterable, LabelValue {
        /// It threw.
        case error
        /// It took longer than its timeout, and was cancelled.
        case timeout
        /// An earlier one, cancelled for its timeout, still runs.
        case hung
    }

    /// A poller begins with a poll: `telemetry.poller.started`.
    public static let started = Event<Started>("telemetry.poller.started")
    /// A measurement was taken: `telemetry.poller.success`.
    public static let success = Event<Success>("telemetry.poller.success")
    /// A measurement was not taken: `telemetry.poller.failure`.
    public static let failure = Event<Failure>("telemetry.poller.failure")
}
