import Synchronization

/// How many bytes are taken, and how many may be.
///
/// Thread-safe. Relaxed, since the number orders nothing else.
struct MemoryBudget: ~Copyable {
    /// Up to which number of bytes taking succeeds.
    let limit: Int
    /// As `limit`, for what must succeed where all else is refused.
    let privilegedLimit: Int
    private let taken = Atomic<Int>(0)

    init(limit: Int) {
        // Far from where adding would overflow.
        let limit = min(limit, 1 << 60)
        self.limit = limit
        privilegedLimit = limit + max(limit / 16, 1 << 20)
    }

    /// Bytes that are taken now.
    var used: Int { taken.load(ordering: .relaxed) }

    /// Takes so many bytes; false, with none taken, where that would be more than the limit.
    func take(_ byteCount: Int, isPrivileged: Bool) -> Bool {
        let bound = isPrivileged ? privilegedLimit : limit
        var known = used
        while known + byteCount <= bound {
            let (exchanged, original) = taken.weakCompareExchange(
                expected: known, desired: known + byteCount, ordering: .relaxed)
            if exchanged { return true }
            known = original
        }
        return false
    }

    /// Takes so many bytes, even past the limit.
    func takeAlways(_ byteCount: Int) { taken.wrappingAdd(byteCount, ordering: .relaxed) }

    /// Takes so many bytes back.
    func giveBack(_ byteCount: Int) { taken.wrappingSubtract(byteCount, ordering: .relaxed) }
}
