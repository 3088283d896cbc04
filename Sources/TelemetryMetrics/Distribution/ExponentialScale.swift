package import Arena
import Glibc

/// Exponential buckets: the bucket of index i holds the values v with base^(i-1) < v ≤ base^i, where base is 2^(2^-schema).
///
/// The layout of Prometheus' native histograms. The index comes from the exponent and a table of boundaries of the
/// mantissa, without a logarithm; below schema 0 from that of schema 0, as every second boundary is one of the next
/// coarser schema.
package struct ExponentialScale: Sendable, BitwiseCopyable {
    /// From -4 to 8; 5 gives quantiles within 1.1 %.
    package let schema: Int
    /// The schema of the tables, at least 0, and how many steps it is finer.
    private let fineSchema: Int
    private let coarsening: Int
    /// Times the lower boundary of a bucket, the value that stands for all in it.
    private let representativeShare: Double
    /// The mantissa bits of base^1 … base^n, the last being those of 2, which none exceeds.
    private let boundaries: ArenaArray<UInt64>
    /// For each value of the mantissa's upper eight bits, the first boundary that is above the smallest such mantissa: at
    /// most two more are below the largest.
    private let guesses: ArenaArray<UInt16>

    private static let mantissaBits = UInt64(Double.significandBitCount)
    private static let mantissaMask = (UInt64(1) << mantissaBits) - 1

    /// A scale of 2^schema buckets per power of two, with its tables in `arena`.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    package init(schema: Int, arena: Arena) throws(ArenaError) {
        self.schema = schema
        fineSchema = max(schema, 0)
        coarsening = fineSchema - schema
        let base = exp2(exp2(Double(-schema)))
        representativeShare = 2 * base / (1 + base)
        let count = 1 << fineSchema
        let values = (1...count).map { position in
            position == count
                ? UInt64.max : exp2(Double(position) / Double(count)).bitPattern & Self.mantissaMask
        }
        boundaries = try ArenaArray(values, in: arena)
        guesses = try ArenaArray(
            (0..<256).map { upper in
                let smallest = UInt64(upper) << (Self.mantissaBits - 8)
                return UInt16(values.firstIndex { $0 > smallest } ?? count - 1)
            }, in: arena)
    }

    /// Gives back the tables, which nobody uses any more.
    package func release(to arena: Arena) {
        boundaries.release(to: arena)
        guesses.release(to: arena)
    }

    /// The largest schema of those from -4 to 8 whose buckets grow by `factor` at most, which is above 1.
    package static func schema(growingBy factor: Double) -> Int {
        // The base of a schema is a double that was rounded, as `factor` may be.
        (-4...8).first { exp2(exp2(Double(-$0))) <= factor * (1 + 0x1p-50) } ?? 8
    }

    /// The index of the bucket of `value`, which is finite and above zero.
    ///
    /// Values come in no order that a processor could guess, so there is no branch on them.
    @inline(__always)
    package func index(of value: Double) -> Int {
        // Of the next smaller number, as a bucket holds its upper boundary.
        var bits = value.bitPattern &- 1
        var bias = 1023
        if value <= .leastNormalMagnitude {
            bits = (value * 0x1p64).bitPattern &- 1
            bias = 1023 + 64
        }
        let mantissa = bits & Self.mantissaMask
        let octave = Int(truncatingIfNeeded: bits &>> Self.mantissaBits) &- bias
        var position = Int(guesses[Int(truncatingIfNeeded: mantissa &>> (Self.mantissaBits - 8))])
        position &+= boundaries[position] <= mantissa ? 1 : 0
        position &+= boundaries[position] <= mantissa ? 1 : 0
        return (octave &<< fineSchema &+ position) &>> coarsening &+ 1
    }

    /// The index, in a schema that is `steps` coarser, of the bucket that holds the one of `index`.
    @inline(__always)
    package static func coarsened(_ index: Int, by steps: Int) -> Int {
        ((index &- 1) &>> steps) &+ 1
    }

    /// The upper boundary of the bucket `index` of `schema`; of the last one infinity, which is 2^1024.
    package static func upperBoundary(of index: Int, schema: Int) -> Double {
        exp2(Double(index) * exp2(Double(-schema)))
    }

    /// The upper boundary of the bucket `index`; of the last one infinity, which is 2^1024.
    ///
    /// Where the boundary is a normal number, it is of the table that values are compared with.
    package func upperBoundary(of index: Int) -> Double {
        let fine = index << coarsening
        let octave = fine >> fineSchema
        guard (-1022...1023).contains(octave) else { return Self.upperBoundary(of: index, schema: schema) }
        let position = fine & (1 << fineSchema - 1)
        let mantissa = position == 0 ? 0 : boundaries[position - 1]
        return Double(bitPattern: UInt64(octave + 1023) << Self.mantissaBits | mantissa)
    }

    /// The smallest index of a bucket whose upper boundary is above `threshold`, which is not negative.
    package func firstIndex(above threshold: Double) -> Int {
        guard threshold > 0 else { return .min }
        guard threshold.isFinite else { return .max }
        let index = index(of: threshold)
        return upperBoundary(of: index) > threshold ? index : index + 1
    }

    /// The value that stands for all in the bucket, finite and above zero: the one with the smallest relative error.
    ///
    /// It is the lower boundary times 2·base / (1 + base): the harmonic mean of both boundaries is as far, relatively,
    /// from either.
    package func representative(of index: Int) -> Double {
        // From below, as the upper boundary of the last bucket is no number.
        upperBoundary(of: index - 1) * representativeShare
    }
}
