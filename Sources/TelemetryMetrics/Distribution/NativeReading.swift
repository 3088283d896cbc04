/// A native histogram at one moment.
package struct NativeReading: Sendable, Equatable {
    /// One bucket: that of index i holds the values v with base^(i-1) < v ≤ base^i, where base is 2^(2^-schema).
    package struct Bucket: Sendable, Equatable {
        /// Which one.
        package let index: Int
        /// How many values it holds by itself.
        package let count: UInt64
    }

    /// From -4 to 8.
    package let schema: Int
    /// The largest magnitude that counts as zero.
    package let zeroThreshold: Double
    /// How many values counted as zero.
    package let zeroCount: UInt64
    /// The sum of all values.
    package let sum: Double
    /// The buckets of positive values that hold any, ascending.
    package let positive: [Bucket]
    /// The buckets of negative values that hold any, ascending by magnitude.
    package let negative: [Bucket]

    init(
        schema: Int = 0, zeroThreshold: Double = 0, zeroCount: UInt64 = 0, sum: Double = 0,
        positive: [Bucket] = [], negative: [Bucket] = []
    ) {
        self.schema = schema
        self.zeroThreshold = zeroThreshold
        self.zeroCount = zeroCount
        self.sum = sum
        self.positive = positive
        self.negative = negative
    }

    /// How many values there were.
    package var count: UInt64 {
        negative.reduce(positive.reduce(zeroCount) { $0 &+ $1.count }) { $0 &+ $1.count }
    }

    /// The same at half the resolution.
    func coarsened() -> NativeReading {
        func side(_ buckets: [Bucket]) -> [Bucket] {
            var coarse: [Bucket] = []
            for bucket in buckets {
                let index = ExponentialScale.coarsened(bucket.index, by: 1)
                let held = coarse.last?.index == index ? coarse.removeLast().count : 0
                coarse.append(Bucket(index: index, count: held &+ bucket.count))
            }
            return coarse
        }
        return NativeReading(
            schema: schema - 1, zeroThreshold: zeroThreshold, zeroCount: zeroCount, sum: sum,
            positive: side(positive), negative: side(negative))
    }

    /// How many buckets hold any.
    var bucketCount: Int { positive.count + negative.count }
}
