/// The unit a measurement comes in and the base unit it is exposed in.
package struct UnitSetting: Sendable, Equatable {
    /// A unit that the file can name.
    package enum Unit: String, Sendable, CaseIterable {
        /// The base unit of time.
        case second
        /// 10⁻³ seconds.
        case millisecond
        /// 10⁻⁶ seconds.
        case microsecond
        /// 10⁻⁹ seconds.
        case nanosecond
        /// The base unit of size.
        case byte
        /// 1,000 bytes.
        case kilobyte
        /// 1,000,000 bytes.
        case megabyte

        /// Prometheus' base unit of the same dimension.
        package var base: Unit {
            switch self {
            case .second, .millisecond, .microsecond, .nanosecond: .second
            case .byte, .kilobyte, .megabyte: .byte
            }
        }
    }

    /// The unit of the measurement.
    package var from: Unit

    /// A measurement in `from`, exposed in its base unit.
    package init(from: Unit) {
        self.from = from
    }

    /// The unit at the Prometheus edge.
    package var to: Unit { from.base }

    /// The unit as OpenMetrics writes it, which is also the suffix of the name: `seconds` or `bytes`.
    package var suffix: String { "\(to.rawValue)s" }

    /// A measured value in the base unit; small units divide, because 10³ is exact in binary and 10⁻³ is not.
    package func convert(_ value: Double) -> Double {
        switch from {
        case .second, .byte: value
        case .millisecond: value / 1e3
        case .microsecond: value / 1e6
        case .nanosecond: value / 1e9
        case .kilobyte: value * 1e3
        case .megabyte: value * 1e6
        }
    }
}
