import Telemetry
import Testing

@testable import TelemetryMetrics

/// A trace whose ids follow from its number, which is not zero.
func trace(_ number: UInt64, isSampled: Bool = true) -> TraceContext? {
    TraceContext(traceID: TraceID(high: number &* 3, low: number &* 7), spanID: number, isSampled: isSampled)
}

extension SeriesHandle {
    /// Records within the trace of that number.
    func record(_ value: Double, in number: UInt64, isSampled: Bool = true) {
        TraceContext.withCurrent(trace(number, isSampled: isSampled)) { record(value) }
    }

    /// The spans of the exemplars, bucket for bucket, nil where there is none.
    var exemplarSpans: [UInt64?] { family.exemplars(row).map { $0?.spanID } }
}
