import Arena

/// Which observations of a bucket have their trace looked up: in every ten seconds the first 256, then one in 256.
///
/// So rare observations are always looked up, and frequent ones at least once in ten seconds. The state lies in the upper
/// half of a cell, whose lower half may be an address. Concurrent lookups of several threads may count as one.
struct TraceSampling {
    /// In milliseconds: how long an exemplar stays, and after which time the first lookups begin anew.
    static let interval: UInt64 = 10_000
    private static let firstLooks: UInt64 = 256

    private let cell: Cell
    private let bits: UInt64

    @inline(__always)
    init(_ cell: Cell) {
        self.cell = cell
        bits = cell.acquire()
    }

    /// The lower half of the cell.
    @inline(__always)
    var address: UInt32 { UInt32(truncatingIfNeeded: bits) }

    /// A lookup is due where the number of an observation has none of these bits, whichever thread counts it.
    @inline(__always)
    var mask: UInt64 { bits &>> 56 }

    private var intervalNumber: UInt64 { bits >> 41 & 0x7FFF }
    private var looks: UInt64 { bits >> 32 & 0x1FF }

    /// Counts a lookup at `now`; it may be the last of the first ones, or begin a new interval.
    func countLook(at now: UInt64) {
        let number = now / Self.interval & 0x7FFF
        let looks = number == intervalNumber ? min(looks + 1, Self.firstLooks) : 1
        let mask = looks < Self.firstLooks ? 0 : Self.firstLooks - 1
        let new = mask << 56 | number << 41 | looks << 32 | UInt64(address)
        if new != bits { _ = cell.replace(bits, by: new) }
    }

    /// Puts `address` into the lower half, where that is 0; false where it is not.
    func lead(to address: UInt32) -> Bool {
        var current = self
        while current.address == 0 {
            if cell.replace(current.bits, by: current.bits | UInt64(address)) { return true }
            current = TraceSampling(cell)
        }
        return false
    }
}
