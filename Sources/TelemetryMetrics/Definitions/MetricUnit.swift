/// What a measurement counts in.
///
/// The exposed unit is the base unit of its dimension; a conversion to it is a multiplication.
public enum MetricUnit: String, Sendable, Equatable, CaseIterable {
    /// The base unit of time.
    case seconds = "second"
    /// 10⁻³ s.
    case milliseconds = "millisecond"
    /// 10⁻⁶ s.
    case microseconds = "microsecond"
    /// 10⁻⁹ s.
    case nanoseconds = "nanosecond"
    /// The base unit of data.
    case bytes = "byte"
    /// 10³ bytes.
    case kilobytes = "kilobyte"
    /// 10⁶ bytes.
    case megabytes = "megabyte"

    /// The unit that Prometheus wants for this dimension.
    public var base: MetricUnit {
        switch self {
        case .seconds, .milliseconds, .microseconds, .nanoseconds: .seconds
        case .bytes, .kilobytes, .megabytes: .bytes
        }
    }

    /// The unit whose suffix ends `name`, if there is one.
    package static func ending(_ name: some StringProtocol) -> MetricUnit? {
        allCases.first { PrometheusName.ends(name, in: $0.suffix) }
    }

    /// How a unit is called at the end of a metric's name, for example `seconds`.
    public var suffix: String { "\(rawValue)s" }

    /// The factor from this unit to `other`, nil where their dimensions differ.
    public func factor(to other: MetricUnit) -> Double? {
        guard base == other.base else { return nil }
        // One division of whole numbers: the nearest double to the true factor.
        return Double(inSmallest) / Double(other.inSmallest)
    }

    private var inSmallest: Int64 {
        switch self {
        case .seconds: 1_000_000_000
        case .milliseconds, .megabytes: 1_000_000
        case .microseconds, .kilobytes: 1000
        case .nanoseconds, .bytes: 1
        }
    }
}
