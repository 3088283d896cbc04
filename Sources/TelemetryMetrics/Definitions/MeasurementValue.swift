public import Telemetry

/// What can be measured: numbers, `Duration` (in seconds), and optionals of them, where nil is a missing measurement.
public protocol MeasurementValue: SendableMetatype {
    /// The value as a double, nil where it is missing.
    var measurement: Double? { get }
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
}

extension Optional: MeasurementValue where Wrapped: MeasurementValue {
    /// The value, or nil where it is missing.
    @inlinable
    public var measurement: Double? { self?.measurement }
}

extension Int: MeasurementValue {}
extension Int8: MeasurementValue {}
extension Int16: MeasurementValue {}
extension Int32: MeasurementValue {}
extension Int64: MeasurementValue {}
extension UInt: MeasurementValue {}
extension UInt8: MeasurementValue {}
extension UInt16: MeasurementValue {}
extension UInt32: MeasurementValue {}
extension UInt64: MeasurementValue {}
extension Double: MeasurementValue {}
extension Float: MeasurementValue {}

extension EventRecord {
    /// Takes the measurement of that name, for a metric of untyped events:
    /// `Sum("bytes_total", "Bytes.", of: sent, adding: EventRecord.measurement("bytes"))`.
    ///
    /// Labels come from the metadata by `Label(_:metadata:)`.
    public static func measurement(_ name: String) -> @Sendable (EventRecord) -> Double? {
        { $0.measurements[name] }
    }
}
