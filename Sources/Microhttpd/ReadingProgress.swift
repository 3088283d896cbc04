/// How fast a client takes its answer: a pure value, told now and then how many bytes the client has acknowledged.
struct ReadingProgress: Equatable {
    private let start: ContinuousClock.Instant
    private let first: UInt64
    private var last: UInt64
    private var movedAt: ContinuousClock.Instant

    /// An answer begins, on a connection whose client has taken so many bytes before.
    init(after taken: UInt64, at now: ContinuousClock.Instant) {
        start = now
        first = taken
        last = taken
        movedAt = now
    }

    mutating func note(_ taken: UInt64, at now: ContinuousClock.Instant) {
        guard taken != last else { return }
        last = taken
        movedAt = now
    }

    /// How long no byte was taken.
    func stall(at now: ContinuousClock.Instant) -> Duration { movedAt.duration(to: now) }

    /// Whether no byte was taken for `patience`, or, after four times that, fewer than 64 KiB a second.
    func isSlow(at now: ContinuousClock.Instant, patience: Duration) -> Bool {
        if stall(at: now) >= patience { return true }
        let time = start.duration(to: now)
        guard time >= patience * 4 else { return false }
        return Double(last - first) < Self.leastBytesPerSecond * (time / .seconds(1))
    }

    private static let leastBytesPerSecond = 65_536.0
}
