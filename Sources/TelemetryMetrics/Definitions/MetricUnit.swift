/// What a measurement counts in.
///
/// The exposed unit is the base unit of its dimension; a conversion to it is a multiplication.
public enum MetricUnit: String, Sendable, Equatable, CaseIterable {
    /// The base unit of time.
    case second
    /// 10⁻³ s.
    case millisecond
    /// 10⁻⁶ s.
    case microsecond
    /// 10⁻⁹ s.
    case nanosecond
    /// The base unit of data.
    case byte
    /// 10³ bytes.
    case kilobyte
    /// 10⁶ bytes.
    case megabyte

    /// The unit that Prometheus wants for this dimension.
    public var base: MetricUnit {
        switch self {
        case .second, .millisecond, .microsecond, .nanosecond: .second
        case .byte, .kilobyte, .megabyte: .byte
        }
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
        case .second: 1_000_000_000
        case .millisecond, .megabyte: 1_000_000
        case .microsecond, .kilobyte: 1000
        case .nanosecond, .byte: 1
        }
    }
}
