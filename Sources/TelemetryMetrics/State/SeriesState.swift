/// What one series of a metric holds, apart from where it lies: what a successor goes on with.
struct SeriesState: Equatable, Sendable {
    /// By the kind of the metric.
    enum Value: Equatable, Sendable {
        case total(whole: Int64, fraction: Double)
        case gauge(Double)
        case members(Set<UInt64>)
        case registers([UInt8])
        /// The count of each bucket, with that of +Inf.
        case histogram(counts: [UInt64], sum: Double)
        case native(Native)
        case summary(Summary)
    }

    struct Native: Equatable, Sendable {
        var sum: Double
        var zeros: UInt64
        /// How much coarser than the schema new buckets are.
        var coarsening: Int
        /// The widened threshold, or 0.
        var threshold: Double
        /// When it was reset, or 0.
        var reset: UInt64
        var buckets: [Bucket]
        /// By boundaries, where it has some.
        var classic: [UInt64] = []

        struct Bucket: Equatable, Sendable {
            let coarsening: Int
            let index: Int
            let isNegative: Bool
            let count: UInt64
        }
    }

    struct Summary: Equatable, Sendable {
        var count: UInt64
        var sum: Double
        var window: [Bucket]

        /// What was observed in one slice of the window; of zeros without a bucket.
        struct Bucket: Equatable, Sendable {
            let slice: UInt32
            let index: Int?
            let isNegative: Bool
            let count: UInt64
        }
    }

    var value: Value
    /// By their slots.
    var exemplars: [Exemplar?] = []
}
