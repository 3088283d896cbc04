import Arena

/// The upper boundaries of a histogram, with a table that finds the bucket of a value without a branch where it can.
///
/// The table is indexed by the upper bits of the value's double, which rise with positive values. Values come in no order
/// that a processor could guess, so a branch on them costs more than all else here.
struct Boundaries: Sendable, BitwiseCopyable {
    /// Without +Inf.
    let count: Int
    /// With +Inf at the end.
    private let values: ArenaArray<Double>
    /// How many boundaries are surely below a value: of what is below the first key, of each key, of what is above the last.
    private let below: ArenaArray<UInt16>
    /// The key of the second entry.
    private let firstKey: Int64
    private let shift: Int64
    /// Whether, between the values of any one entry, there is one boundary at most.
    private let isOneStep: Bool

    private static let largestTable = 4096

    /// Takes finite boundaries in ascending order, at least one and at most `Buckets.largestCount`.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    init(_ boundaries: [Double], arena: Arena) throws(ArenaError) {
        count = boundaries.count
        values = try ArenaArray(boundaries + [.infinity], in: arena)
        let positive = boundaries.filter { $0 > 0 }
        let keys = Self.keys(of: positive)
        shift = keys.shift
        firstKey = keys.first
        // The boundaries below the smallest value of each key; the first entry stands for all that is smaller.
        var entries =
            [0]
            + (keys.first...keys.last).map { key in
                let smallest = Double(bitPattern: UInt64(key) << UInt64(keys.shift))
                return boundaries.count { $0 < smallest }
            }
        entries.append(boundaries.count)
        isOneStep = zip(entries, entries.dropFirst()).allSatisfy { $1 - $0 <= 1 }
        below = try ArenaArray(entries.map { UInt16($0) }, in: arena)
    }

    /// The coarsest keys that tell positive boundaries from one another, as far as the table may grow for that.
    private static func keys(of positive: [Double]) -> (first: Int64, last: Int64, shift: Int64) {
        let patterns =
            positive.isEmpty ? [Int64(0x3FF) << 52] : positive.map { Int64(bitPattern: $0.bitPattern) }
        let (first, last) = (patterns[0], patterns[patterns.count - 1])
        var shift: Int64 = 52
        // Not 0, so that the difference of two keys never overflows.
        while shift > 1, !areApart(patterns, shift),
            (last >> (shift - 1)) - (first >> (shift - 1)) < largestTable
        {
            shift -= 1
        }
        while (last >> shift) - (first >> shift) >= largestTable { shift += 1 }
        return (first >> shift, last >> shift, shift)
    }

    private static func areApart(_ patterns: [Int64], _ shift: Int64) -> Bool {
        zip(patterns, patterns.dropFirst()).allSatisfy { $0 >> shift != $1 >> shift }
    }

    /// Gives back the tables, which nobody uses any more.
    func release(to arena: Arena) {
        values.release(to: arena)
        below.release(to: arena)
    }

    /// The bucket of `value`, which is not NaN; that of +Inf is the last one.
    @inline(__always)
    func bucket(of value: Double) -> Int {
        // As signed numbers, so that all negative values are below the first key.
        let key = Int64(bitPattern: value.bitPattern) &>> shift
        let entry = Int(min(max(key &- firstKey &+ 1, 0), Int64(below.count &- 1)))
        let bucket = Int(below[entry])
        guard isOneStep else { return Self.search(values, value, from: bucket) }
        return bucket &+ (value > values[bucket] ? 1 : 0)
    }

    /// Static, as a call of a method would copy all of the boundaries first.
    @inline(never)
    private static func search(_ values: ArenaArray<Double>, _ value: Double, from start: Int) -> Int {
        var (low, high) = (start, values.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if value > values[middle] { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
