import TelemetryMetrics

/// Consecutive buckets of a native histogram.
struct BucketSpan: Equatable {
    /// How many buckets are between the span before it and this one; of the first span, the index of its first bucket.
    let offset: Int
    let length: Int
}

/// The spans that ascending buckets make: gaps of one or two are filled with empty buckets, as client_golang does.
struct BucketSpans: Sequence, IteratorProtocol {
    private let buckets: [NativeReading.Bucket]
    private var position = 0
    /// The index behind the last bucket that a span held.
    private var end = 0

    init(_ buckets: [NativeReading.Bucket]) {
        self.buckets = buckets
    }

    /// Whether the bucket at `next` is in the span of the one before it, at `index`.
    static func areInOneSpan(_ index: Int, _ next: Int) -> Bool { next - index - 1 <= longestGap }

    /// How many empty buckets a span holds one after the other.
    static let longestGap = 2

    mutating func next() -> BucketSpan? {
        guard position < buckets.count else { return nil }
        let first = buckets[position].index
        var last = first
        position += 1
        while position < buckets.count, Self.areInOneSpan(last, buckets[position].index) {
            last = buckets[position].index
            position += 1
        }
        defer { end = last + 1 }
        return BucketSpan(offset: first - end, length: last - first + 1)
    }
}
