/// When series that are past their expiry are looked for: twice in the shortest expiry, so that what is past it goes soon.
struct SweepSchedule {
    /// Between two questions whether a sweep is due; none are closer together.
    static let step = Duration.milliseconds(500)
    /// Where nothing expires sooner.
    static let longestPeriod = Duration.seconds(15)

    private var last: ContinuousClock.Instant

    /// The last sweep is taken to have been at `now`.
    init(now: ContinuousClock.Instant = .now) { last = now }

    /// Whether a sweep is due; if so, it counts as done.
    mutating func isDue(_ shortestExpiry: Duration?, now: ContinuousClock.Instant = .now) -> Bool {
        let period = min(shortestExpiry.map { $0 / 2 } ?? Self.longestPeriod, Self.longestPeriod)
        guard now - last >= period else { return false }
        last = now
        return true
    }
}
