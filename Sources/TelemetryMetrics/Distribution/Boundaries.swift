import Arena

/// The upper boundaries of a histogram, with a table that finds the bucket of a value in a step or two.
///
/// The table is indexed by the upper bits of the value's double, which rise with positive values.
struct Boundaries: Sendable, BitwiseCopyable {
    /// Without +Inf.
    let count: Int
    /// With +Inf at the end.
    private let values: LookupTable<Double>
    /// For each value of the upper bits, the first boundary that can be at or above such a value.
    private let guesses: LookupTable<UInt16>
    private let firstKey: UInt64
    private let shift: UInt64

    private static let largestTable = 4096

    /// Takes finite boundaries in ascending order, at least one and at most `Buckets.largestCount`.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    init(_ boundaries: [Double], arena: Arena) throws(ArenaError) {
        count = boundaries.count
        values = try LookupTable(boundaries + [.infinity], in: arena)
        // What is below the first positive boundary is found by going through those that are not.
        let positive = boundaries.filter { $0 > 0 }
        let first = (positive.first ?? 1).bitPattern
        let last = (positive.last ?? 1).bitPattern
        let most = min(max(positive.count * 16, 64), Self.largestTable)
        var shift: UInt64 = 44
        while Int((last >> shift) - (first >> shift)) >= most { shift += 1 }
        self.shift = shift
        let firstKey = first >> shift
        self.firstKey = firstKey
        var place = 0
        guesses = try LookupTable(
            (firstKey...(last >> shift)).map { key in
                let smallest = Double(bitPattern: key << shift)
                while place < boundaries.count, boundaries[place] < smallest { place += 1 }
                return UInt16(place)
            }, in: arena)
    }

    /// Gives back the tables, which nobody uses any more.
    func release(to arena: Arena) {
        values.release(to: arena)
        guesses.release(to: arena)
    }

    /// The bucket of `value`, which is not NaN; that of +Inf is the last one.
    @inline(__always)
    func bucket(of value: Double) -> Int {
        let key = value.bitPattern &>> shift
        var bucket = 0
        if value > 0, key >= firstKey {
            bucket = key &- firstKey < UInt64(guesses.count) ? Int(guesses[Int(key &- firstKey)]) : count
        }
        while value > values[bucket] { bucket &+= 1 }
        return bucket
    }
}
