/// When a poll is due, in time since the start of its poller; it reads no clock.
///
/// Ticks stand at the offset plus whole periods, however long measurements take and however often they fail.
struct PollSchedule {
    /// When to measure next.
    private(set) var due: Duration
    /// Failures since the last success.
    private(set) var failures = 0
    private let offset: Duration
    private let period: Duration
    private let backoff: PollBackoff

    init(_ poll: Poll) {
        offset = poll.offset
        period = poll.period
        backoff = poll.backoff
        due = poll.offset
    }

    /// Goes on to the first tick that is not over at `now`; returns how many were, since the one that was due.
    mutating func succeed(at now: Duration) -> Int {
        failures = 0
        let (last, _) = ticks(until: due)
        let (passed, isExact) = ticks(until: now)
        let next = max(last + 1, isExact ? passed : passed + 1)
        due = offset + Duration(attoseconds: period.attoseconds * next)
        return Int(clamping: next - last - 1)
    }

    /// Postpones the next measurement by what the failure streak asks for, and returns that.
    mutating func fail(at now: Duration) -> Duration {
        failures += 1
        let delay = backoff.delay(afterFailures: failures)
        due = now + delay
        return delay
    }

    /// The number of the last tick that is not after `time`, and whether it is at that time.
    private func ticks(until time: Duration) -> (number: Int128, isExact: Bool) {
        let (number, rest) = (time - offset).attoseconds.quotientAndRemainder(dividingBy: period.attoseconds)
        return (number, rest == 0)
    }
}
