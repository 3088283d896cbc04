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
    private let charged = Atomic<Int>(0)
    private let apart = Atomic<Int>(0)

    init(limit: Int) {
        // Far from where adding would overflow.
        let limit = min(limit, 1 << 60)
        self.limit = limit
        privilegedLimit = limit + max(limit / 16, 1 << 20)
    }

    /// Bytes that are taken now.
    var used: Int { taken.load(ordering: .relaxed) }

    /// Bytes that pages may take, so that blocks which are scattered over far more pages than they fill end it, too.
    var pageLimit: Int {
        limit + limit / 4 + (1 << 20) - charged.load(ordering: .relaxed) + apart.load(ordering: .relaxed)
    }

    /// Has blocks of so many bytes count for nothing.
    func setApart(_ byteCount: Int) { apart.wrappingAdd(byteCount, ordering: .relaxed) }

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

    /// Takes so many bytes back.
    func giveBack(_ byteCount: Int) { taken.wrappingSubtract(byteCount, ordering: .relaxed) }

    /// Takes so many bytes for what lies elsewhere; false, with none taken, where that would be more than the limit.
    func charge(_ byteCount: Int, isPrivileged: Bool) -> Bool {
        guard take(byteCount, isPrivileged: isPrivileged) else { return false }
        charged.wrappingAdd(byteCount, ordering: .relaxed)
        return true
    }

    /// Takes so many bytes for what lies elsewhere, even past the limit.
    func chargeAlways(_ byteCount: Int) {
        taken.wrappingAdd(byteCount, ordering: .relaxed)
        charged.wrappingAdd(byteCount, ordering: .relaxed)
    }

    /// Takes back what was charged.
    func giveBackCharge(_ byteCount: Int) {
        giveBack(byteCount)
        charged.wrappingSubtract(byteCount, ordering: .relaxed)
    }
}
