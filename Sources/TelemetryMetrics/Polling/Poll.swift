/// A measurement that a `Poller` takes at a fixed rate.
///
/// It measures something and says so, usually by emitting an event that metrics are made of.
public struct Poll: Sendable {
    /// What it is called in events and metrics; unique within a poller.
    public let name: String
    /// The time between two ticks.
    public let period: Duration
    /// How long one measurement may take before it is cancelled.
    public let timeout: Duration
    /// The time from the start of the poller to the first tick.
    public let offset: Duration
    /// The waiting after failures.
    public let backoff: PollBackoff

    let measure: @Sendable () async throws -> Void

    /// A poll with ticks at the start of the poller plus `offset`, and every `period` from there.
    ///
    /// - Parameters:
    ///   - name: what it is called in events and metrics; unique within a poller.
    ///   - period: the time between two ticks.
    ///   - timeout: where nothing is said, ten seconds, or the period if that is shorter.
    ///   - offset: the time from the start of the poller to the first tick.
    ///   - backoff: where nothing is said, from one second, or the period if that is shorter, up to one minute, or the
    ///     period if that is longer.
    ///   - measure: runs in a task of its own, and must not block its thread, which is one of the few that all tasks share:
    ///     what blocks belongs on a thread of its own. It should end when the task is cancelled: while it doesn't, it is not
    ///     started again.
    public init(
        _ name: String, every period: Duration, timeout: Duration? = nil, offset: Duration = .zero,
        backoff: PollBackoff? = nil, measure: @escaping @Sendable () async throws -> Void
    ) {
        self.name = name
        self.period = period
        self.timeout = timeout ?? min(period, .seconds(10))
        self.offset = offset
        self.backoff =
            backoff
            ?? PollBackoff(initial: min(period, .seconds(1)), maximum: max(period, .seconds(60)))
        self.measure = measure
    }
}

/// Collects polls.
@resultBuilder
public enum PollBuilder {
    /// One poll.
    public static func buildExpression(_ poll: Poll) -> [Poll] { [poll] }
    /// Polls that exist already.
    public static func buildExpression(_ polls: [Poll]) -> [Poll] { polls }
    /// All parts.
    public static func buildBlock(_ parts: [Poll]...) -> [Poll] { parts.flatMap(\.self) }
    /// A part under a condition.
    public static func buildOptional(_ part: [Poll]?) -> [Poll] { part ?? [] }
    /// One of two parts.
    public static func buildEither(first: [Poll]) -> [Poll] { first }
    /// One of two parts.
    public static func buildEither(second: [Poll]) -> [Poll] { second }
    /// The parts of a loop.
    public static func buildArray(_ parts: [[Poll]]) -> [Poll] { parts.flatMap(\.self) }
}
