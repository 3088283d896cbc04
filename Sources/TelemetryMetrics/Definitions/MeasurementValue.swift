public import Telemetry

/// What can be measured: numbers, `Duration` (in seconds), and optionals of them, where nil is a missing measurement.
public protocol MeasurementValue: SendableMetatype {
    /// The value as a double, nil where it is missing.
    var measurement: Double? { get }
    /// What values of the type are in: seconds for `Duration`, nil for numbers.
    static var unit: MetricUnit? { get }
}

/// A number, whose unit only its maker knows: a metric of one may say it by `in:`.
public protocol NumberValue: MeasurementValue {}

extension NumberValue {
    /// None.
    @inlinable
    public static var unit: MetricUnit? { nil }
}

extension MeasurementValue where Self: BinaryInteger {
    /// The nearest double.
    @inlinable
    public var measurement: Double? { Double(self) }
}

extension MeasurementValue where Self: BinaryFloatingPoint {
    /// The value.
    @inlinable
    public var measurement: Double? { Double(self) }
}

extension Duration: MeasurementValue {
    /// Seconds.
    @inlinable
    public var measurement: Double? {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// Seconds.
    @inlinable
    public static var unit: MetricUnit? { .seconds }
}

/// So that a duration is written as short where any measurement is taken: `observe(.milliseconds(3))`.
extension MeasurementValue where Self == Duration {
    /// So many seconds.
    public static func seconds(_ seconds: Double) -> Duration { Duration.seconds(seconds) }

    /// So many thousandths of a second.
    public static func milliseconds(_ milliseconds: Double) -> Duration {
        Duration.milliseconds(milliseconds)
    }

    /// So many millionths of a second.
    public static func microseconds(_ microseconds: Double) -> Duration {
        Duration.microseconds(microseconds)
    }
}

extension Optional: MeasurementValue where Wrapped: MeasurementValue {
    /// The value, or nil where it is missing.
    @inlinable
    public var measurement: Double? { self?.measurement }

    /// That of the value.
    @inlinable
    public static var unit: MetricUnit? { Wrapped.unit }
}

extension Optional: NumberValue where Wrapped: NumberValue {}

extension Int: NumberValue {}
extension Int8: NumberValue {}
extension Int16: NumberValue {}
extension Int32: NumberValue {}
extension Int64: NumberValue {}
extension UInt: NumberValue {}
extension UInt8: NumberValue {}
extension UInt16: NumberValue {}
extension UInt32: NumberValue {}
extension UInt64: NumberValue {}
extension Double: NumberValue {}
extension Float: NumberValue {}

extension EventRecord {
    /// Takes the measurement of that name, for a metric of untyped events:
    /// `Sum("bytes_total", "Bytes.", of: sent, adding: EventRecord.measurement("bytes"))`.
    ///
    /// Labels come from the metadata by `Label(_:metadata:)`.
    public static func measurement(_ name: String) -> @Sendable (EventRecord) -> Double? {
        { $0.measurements[name] }
    }
}
