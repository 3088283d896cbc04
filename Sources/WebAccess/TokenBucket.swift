/// How many requests are allowed: `burst` at once, and one more after each `interval`.
struct TokenBucket: Equatable {
    private let interval: Duration
    private let burst: Int
    /// When all tokens would be there again, if nobody took one meanwhile; nil while none was taken.
    private var full: ContinuousClock.Instant?

    /// A full one; `burst` is at least 1.
    init(interval: Duration, burst: Int) {
        self.interval = interval
        self.burst = burst
    }

    /// Takes a token; if there is none, it says after how long there is one.
    mutating func take(at now: ContinuousClock.Instant) -> Duration? {
        let full = max(self.full ?? now, now)
        let wait = now.duration(to: full) - interval * (burst - 1)
        guard wait <= .zero else { return wait }
        self.full = full + interval
        return nil
    }
}
