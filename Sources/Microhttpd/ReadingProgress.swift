import Linux

/// How fast a client takes its answer, told now and then how many bytes the client has acknowledged.
///
/// A client that has taken all that it was sent is not slow, however long the next piece takes to be made.
struct ReadingProgress: Equatable {
    private let start: ContinuousClock.Instant
    private let first: UInt64
    private var last: UInt64
    private var movedAt: ContinuousClock.Instant
    private var hasUntaken = true

    /// An answer begins, on a connection whose client has taken so many bytes before.
    init(after taken: UInt64, at now: ContinuousClock.Instant) {
        start = now
        first = taken
        last = taken
        movedAt = now
    }

    /// Notes what the kernel says of the connection.
    mutating func look(at descriptor: Int32, _ now: ContinuousClock.Instant) {
        let untaken = Descriptor.unacknowledgedBytes(of: descriptor)
        note(SocketProgress(of: descriptor).takenBytes, untaken: untaken, at: now)
    }

    /// Notes how many bytes of the connection the client has taken, and how many were sent that it has not.
    mutating func note(_ taken: UInt64, untaken: Int, at now: ContinuousClock.Instant) {
        hasUntaken = untaken > 0
        guard taken != last || !hasUntaken else { return }
        last = taken
        movedAt = now
    }

    /// How long no byte was taken.
    func stall(at now: ContinuousClock.Instant) -> Duration { movedAt.duration(to: now) }

    /// Whether no byte was taken for `patience`, or, after four times that, fewer than 64 KiB a second.
    func isSlow(at now: ContinuousClock.Instant, patience: Duration) -> Bool {
        guard hasUntaken else { return false }
        if stall(at: now) >= patience { return true }
        let time = start.duration(to: now)
        guard time >= patience * 4 else { return false }
        return Double(last - first) < Self.leastBytesPerSecond * (time / .seconds(1))
    }

    private static let leastBytesPerSecond = 65_536.0
}
