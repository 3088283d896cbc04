/// The buckets of a histogram: upper boundaries in the unit of the metric, without the last one, which is +Inf; native ones; or both.
public struct Buckets: Sendable, Equatable, ExpressibleByArrayLiteral {
    /// In ascending order where they are valid.
    public let boundaries: [Double]
    /// How native buckets are chosen; nil where there are none.
    public let native: NativeBuckets?

    /// How many boundaries there may be: a row of counts must fit into a block of memory.
    package static let largestCount = 4000

    /// Takes the boundaries as they are; `Exporter` checks them.
    public init(_ boundaries: [Double]) {
        self.boundaries = boundaries
        native = nil
    }

    /// Counts by the boundaries and natively: a page of text shows the first, protobuf both.
    ///
    /// For the time in which some servers take native histograms and others do not; each observation costs both.
    public init(_ boundaries: [Double], native: NativeBuckets?) {
        self.boundaries = boundaries
        self.native = native
    }

    /// The native buckets beside boundaries.
    package var nativeBesideBoundaries: NativeBuckets? {
        get { boundaries.isEmpty ? nil : native }
        set { self = Buckets(boundaries, native: newValue) }
    }

    /// Takes the boundaries as they are; `Exporter` checks them.
    public init(arrayLiteral boundaries: Double...) { self.init(boundaries) }

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

    /// Exponential buckets without boundaries, which Prometheus stores as one native histogram.
    ///
    /// Pages of text show their count and sum only; the protobuf format, which Prometheus asks for where native histograms
    /// are switched on, has all of them.
    public static func native(_ native: NativeBuckets = NativeBuckets()) -> Buckets {
        Buckets([], native: native)
    }

    /// Eleven boundaries from 5 ms to 10 s, as in the Prometheus client libraries.
    public static let durations: Buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// Ten boundaries from 256 bytes to 64 MiB, each four times the one before.
    public static let sizes = exponential(start: 256, factor: 4, count: 10)

    /// `sizes` where the values are in bytes, as the name or the unit says, and else `durations`.
    public static func standard(_ name: String, in unit: MetricUnit? = nil) -> Buckets {
        (unit ?? .ending(name))?.base == .bytes ? sizes : durations
    }
}
