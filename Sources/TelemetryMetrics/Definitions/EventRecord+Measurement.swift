public import Telemetry

extension EventRecord {
    /// Takes the measurement of that name, for a metric of untyped events:
    /// `Sum("bytes_total", "Bytes.", of: sent, adding: EventRecord.measurement("bytes"))`.
    ///
    /// Labels come from the metadata by `Label(_:metadata:)`.
    public static func measurement(_ name: String) -> @Sendable (EventRecord) -> Double? {
        { $0.measurements[name] }
    }
}
