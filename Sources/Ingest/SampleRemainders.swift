import Arena

/// How many observations each sampled one stands for, where its weight is no whole number: seven at a rate of 0.7 make ten.
///
/// What is left of an observation's weight is carried to the next one of its series; a series begins with a random remainder. So each
/// observation counts its weight in the mean, and those of one series are less than one off in all. Where two series of a thread
/// share a place here and take turns, each of their observations counts its weight in the mean alone.
struct SampleRemainders {
    private struct Remainder {
        var row: UInt = 0
        /// From 0, below 1.
        var value = 0.0
    }

    private static let placeBits = 8

    /// Empty until it is needed.
    private var places: [Remainder] = []
    private var random = SplitMix(state: UInt64.random(in: .min ... .max))

    /// The whole number of observations of `row` that one with that weight, below 2^52, counts as.
    mutating func times(_ weight: Double, of row: Row) -> UInt64 {
        if places.isEmpty { places = Array(repeating: Remainder(), count: 1 << Self.placeBits) }
        let number = row.place
        // Fibonacci hashing: rows lie at distances that may have common factors.
        let index = Int((number &* 0x9E37_79B9_7F4A_7C15) >> UInt(UInt.bitWidth - Self.placeBits))
        let before =
            places[index].row == number ? places[index].value : Double.random(in: 0..<1, using: &random)
        let total = weight + before
        let whole = total.rounded(.down)
        places[index] = Remainder(row: number, value: total - whole)
        return UInt64(whole)
    }
}

/// A generator without system calls (Steele, Lea, Flood 2014).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }
}
