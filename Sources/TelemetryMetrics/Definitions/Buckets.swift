/// The upper boundaries of a histogram's buckets, in the unit of the metric, without the last one, which is +Inf.
public struct Buckets: Sendable, Equatable, ExpressibleByArrayLiteral {
    /// In ascending order where they are valid.
    public let boundaries: [Double]

    /// A row of counts must fit into a block of memory.
    static let largestCount = 4000

    /// Takes the boundaries as they are; `Exporter` checks them.
    public init(_ boundaries: [Double]) { self.boundaries = boundaries }

    /// Takes the boundaries as they are; `Exporter` checks them.
    public init(arrayLiteral boundaries: Double...) { self.boundaries = boundaries }

    /// `count` boundaries, `width` apart, from `start`.
    public static func linear(start: Double, width: Double, count: Int) -> Buckets {
        Buckets((0..<max(count, 0)).map { start + Double($0) * width })
    }

    /// `count` boundaries from `start`, each `factor` times the one before.
    public static func exponential(start: Double, factor: Double, count: Int) -> Buckets {
        var boundary = start
        return Buckets(
            (0..<max(count, 0)).map { _ in
                defer { boundary *= factor }
                return boundary
            })
    }

    /// Eleven boundaries from 5 ms to 10 s, as in the Prometheus client libraries.
    public static let durations: Buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
}
