/// When malloc should give memory back to the system: once far less is in use than before, and not often.
///
/// What series and names leave in the heap lies scattered there; malloc gives it back only when it is told to.
struct HeapTrimming {
    /// A smaller fall is not worth it, nor is one by less than an eighth.
    static let smallestFall = 4 << 20
    /// Trimming walks over the whole heap.
    static let pause: Duration = .seconds(10)

    private var peak = 0
    private var last: ContinuousClock.Instant?

    /// Whether to trim now, when so many bytes are in use; a call that says so counts as done.
    mutating func isDue(used: Int, at now: ContinuousClock.Instant) -> Bool {
        peak = max(peak, used)
        guard peak - used >= max(Self.smallestFall, peak / 8) else { return false }
        if let last, now - last < Self.pause { return false }
        peak = used
        last = now
        return true
    }
}
