import Glibc

/// Exponential buckets: the bucket of index i holds the values v with base^(i-1) < v ≤ base^i, where base is 2^(2^-schema).
///
/// The layout of Prometheus' native histograms. The index comes from the exponent and a table of boundaries of the
/// mantissa, without a logarithm.
package struct ExponentialScale: Sendable {
    /// From 0 to 8; 5 gives quantiles within 1.1 %.
    package let schema: Int
    private let bucketsPerOctave: Int
    /// What the lower boundary of a bucket is multiplied with: the harmonic mean of both boundaries has the same
    /// relative error at either end, (base - 1) / (base + 1).
    private let middle: Double
    /// The mantissa bits of base^1 … base^n, the last being those of 2, which none exceeds.
    private let boundaries: [UInt64]
    /// For each value of the mantissa's upper eight bits, the first boundary that is not below all of its mantissas.
    private let guesses: [UInt8]

    private static let mantissaBits = UInt64(Double.significandBitCount)
    private static let mantissaMask = (UInt64(1) << mantissaBits) - 1

    /// A scale of 2^schema buckets per power of two.
    package init(schema: Int) {
        let count = 1 << schema
        let boundaries = (1...count).map { position in
            position == count
                ? UInt64.max : exp2(Double(position) / Double(count)).bitPattern & Self.mantissaMask
        }
        self.schema = schema
        self.boundaries = boundaries
        bucketsPerOctave = count
        let base = exp2(1 / Double(count))
        middle = 2 * base / (1 + base)
        guesses = (0..<256).map { upper in
            let smallest = UInt64(upper) << (Self.mantissaBits - 8)
            return UInt8(truncatingIfNeeded: boundaries.firstIndex { $0 >= smallest } ?? count - 1)
        }
    }

    /// The index of the bucket of `value`, which is finite and above zero.
    package func index(of value: Double) -> Int {
        var bits = value.bitPattern
        var shift = 1023
        if value < .leastNormalMagnitude {
            bits = (value * 0x1p64).bitPattern
            shift += 64
        }
        let mantissa = bits & Self.mantissaMask
        let octave = Int(bits >> Self.mantissaBits) - shift
        // A power of two is the upper boundary of the octave below it.
        guard mantissa != 0 else { return octave * bucketsPerOctave }
        var position = Int(guesses[Int(mantissa >> (Self.mantissaBits - 8))])
        while boundaries[position] < mantissa { position += 1 }
        return octave * bucketsPerOctave + position + 1
    }

    /// The upper boundary of the bucket `index`; of the last one infinity, which is 2^1024.
    package func upperBoundary(of index: Int) -> Double {
        exp2(Double(index) / Double(bucketsPerOctave))
    }

    /// The value that stands for all in the bucket, finite and above zero: the one with the smallest relative error.
    package func representative(of index: Int) -> Double {
        // From below, as the upper boundary of the last bucket is no number.
        upperBoundary(of: index - 1) * middle
    }
}
