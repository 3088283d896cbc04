/// What a metric has instead of a measurement.
@usableFromInline
package enum NoMeasurement: UInt64 {
    /// A filter left the event out.
    case skipped = 0x7FF8_4845_4C49_0001
    /// The payload has no such measurement.
    case missing = 0x7FF8_4845_4C49_0002
    /// The metric failed, with this event or an earlier one.
    case failed = 0x7FF8_4845_4C49_0003

    /// As it stands among measurements: a NaN that no arithmetic makes.
    @usableFromInline package var value: Double { Double(bitPattern: rawValue) }

    /// What `value` stands for; nil for another NaN.
    @inline(never)
    init?(_ value: Double) { self.init(rawValue: value.bitPattern) }

    var rejection: Rejection? {
        switch self {
        case .skipped: nil
        case .missing: .missingMeasurement
        case .failed: .failed
        }
    }
}
