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
    package internal(set) var schema: Int
    /// The largest magnitude that counts as zero.
    package internal(set) var zeroThreshold: Double
    /// How many values counted as zero.
    package internal(set) var zeroCount: UInt64
    /// The sum of all values.
    package internal(set) var sum: Double
    /// The buckets of positive values that hold any, ascending.
    package private(set) var positive: [Bucket]
    /// The buckets of negative values that hold any, ascending by magnitude.
    package private(set) var negative: [Bucket]

    /// A reading of these numbers; an empty one is for `Family.read(native:into:)`.
    package init(
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

    /// How many buckets hold any.
    var bucketCount: Int { positive.count + negative.count }

    /// Forgets all values and keeps the memory of the buckets.
    mutating func removeAll() {
        zeroCount = 0
        sum = 0
        positive.removeAll(keepingCapacity: true)
        negative.removeAll(keepingCapacity: true)
    }

    /// Adds a bucket of `schema`; all become as coarse as the coarsest, and `sort` is due.
    @inline(__always)
    mutating func append(_ bucket: Bucket, schema: Int, isNegative: Bool) {
        if schema < self.schema { coarsen(by: self.schema - schema) }
        let bucket = Bucket(
            index: ExponentialScale.coarsened(bucket.index, by: schema &- self.schema), count: bucket.count)
        if isNegative { negative.append(bucket) } else { positive.append(bucket) }
    }

    /// Makes the buckets ascending, and adds up those of one index.
    mutating func sort() {
        // Those of one list most often are.
        if !positive.isAscending { positive.sort() }
        if !negative.isAscending { negative.sort() }
    }

    /// Halves the resolution so many times.
    mutating func coarsen(by steps: Int) {
        schema -= steps
        positive.merge(coarserBy: steps)
        negative.merge(coarserBy: steps)
    }
}

extension [NativeReading.Bucket] {
    fileprivate var isAscending: Bool {
        indices.dropFirst().allSatisfy { self[$0 - 1].index < self[$0].index }
    }

    fileprivate mutating func sort() {
        sort { $0.index < $1.index }
        merge(coarserBy: 0)
    }

    /// Makes the buckets coarser, and adds up neighbours of the same index.
    fileprivate mutating func merge(coarserBy steps: Int) {
        var end = 0
        for position in indices {
            let index = ExponentialScale.coarsened(self[position].index, by: steps)
            let isSame = end > 0 && self[end - 1].index == index
            let held = isSame ? self[end - 1].count : 0
            if !isSame { end += 1 }
            self[end - 1] = Element(index: index, count: held &+ self[position].count)
        }
        removeLast(count - end)
    }
}
