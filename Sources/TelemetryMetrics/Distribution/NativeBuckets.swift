/// How a native histogram chooses its buckets, as the options of the same meaning do in the Prometheus client for Go.
public struct NativeBuckets: Sendable, Equatable, BitwiseCopyable {
    /// A bucket's upper boundary is at most this many times its lower one; above 1.
    public var growthFactor: Double
    /// How many buckets may hold values, from 1 to 1,000.
    ///
    /// More of them make the histogram coarser, by the first of these that applies: a reset, a wider zero bucket, half
    /// the resolution.
    public var limit: Int
    /// Values whose magnitude is not above this are counted as zeros.
    public var zeroThreshold: Double
    /// How far the zero bucket may widen; not at all where it is not above `zeroThreshold`.
    public var largestZeroThreshold: Double
    /// After how long a histogram with too many buckets is reset; never where it is nil.
    public var resetAfter: Duration?

    /// The layout that a growth factor makes.
    public init(
        growthFactor: Double = 1.1, limit: Int = 160, zeroThreshold: Double = 0x1p-128,
        largestZeroThreshold: Double = 0, resetAfter: Duration? = nil
    ) {
        self.growthFactor = growthFactor
        self.limit = limit
        self.zeroThreshold = zeroThreshold
        self.largestZeroThreshold = largestZeroThreshold
        self.resetAfter = resetAfter
    }

    /// From -4 to 8: the finest schema whose buckets do not grow faster than asked for.
    public var schema: Int { ExponentialScale.schema(growingBy: growthFactor) }

    /// Whether a histogram can have them.
    package var isValid: Bool {
        growthFactor.isFinite && growthFactor > 1 && 1...1000 ~= limit
            && zeroThreshold.isFinite && zeroThreshold >= 0 && largestZeroThreshold.isFinite
            && resetAfter.map { $0 > .zero } ?? true
    }
}
