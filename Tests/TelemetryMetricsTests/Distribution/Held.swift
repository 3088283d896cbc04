import Arena
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

/// A held series of a metric of its own, in a store of its own.
func heldSeries(
    _ kind: MetricKind, clock: CoarseClock = CoarseClock(fixedAt: 1_700_000_000_000),
    _ change: (inout MetricDefinition) -> Void = { _ in }
) throws -> SeriesHandle {
    let family = try metric(kind, clock: clock, change)
    return try #require(family.handle(labels: []))
}

/// A metric in a store of its own.
func metric(
    _ kind: MetricKind, clock: CoarseClock = CoarseClock(fixedAt: 1_700_000_000_000),
    _ change: (inout MetricDefinition) -> Void = { _ in }
) throws -> Family {
    var definition = MetricDefinition(kind, name: "m", help: "M.")
    change(&definition)
    return try MetricStore(clock: clock).register(definition)
}

extension Family {
    var arena: Arena { series.table.arena }

    /// Records as an event does, into the series of the label values, which is looked up.
    func record(_ value: Double, times: UInt64 = 1, at labels: [String]) {
        with(labels) { values in
            ReclamationDomain.shared.read {
                _ = series.update(values: values) { row in
                    record(value, times: times, in: row) == nil ? layout.bit : 0
                }
            }
        }
    }

    /// The row of the label values, if there is one.
    func row(at labels: [String]) -> Row? {
        with(labels) { values in ReclamationDomain.shared.read { series.find(values) } }
    }

    /// The series of the label text with one more holder.
    func hold(at text: String) -> SeriesHandle? {
        let bytes = Array(text.utf8)
        return unsafe hold(bytes.span.bytes)
    }

    /// What `read` makes of each series, by label text.
    func all<Value>(_ read: (Row) -> Value) -> [String: Value] {
        var result: [String: Value] = [:]
        forEachSeries { text, row in result[String(text)] = read(row) }
        return result
    }
}

/// Returns when all memory that was retired before this call was taken back, and what that retires: rows lead to their blocks.
func drainRetired() {
    for _ in 0..<3 {
        let marker = Marker()
        ReclamationDomain.shared.retire { marker.set() }
        spin {
            ReclamationDomain.shared.reclaim()
            return marker.isSet
        }
    }
}

/// Whether many cycles gave back what they took: after one of the later ones hardly more is in use than before the first.
///
/// Not after each, as what a cycle gives back may come late: it is whoever reclaims first who gives it back.
func isBounded(_ used: [Int]) -> Bool {
    used.suffix(used.count / 2).min().map { $0 - used[0] <= 4096 } ?? false
}

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
