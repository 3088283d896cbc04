import Linux
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct RejectionCauseTests {
    /// Dashboards and alerts name them.
    @Test func areStable() {
        #expect(
            RejectionCause.allCases.map(\.rawValue).sorted() == [
                "bad_event", "bad_id", "bad_measurements", "bad_metadata", "bad_name", "bad_number",
                "bad_rate",
                "bad_section", "bad_string", "bad_syntax", "bad_tags", "bad_timestamp", "bad_utf8",
                "dropped_by_rule", "duplicate", "empty_name", "event", "filtered", "label_limit",
                "line_too_long",
                "memory_limit",
                "metric_failed", "metrics_limit", "missing_event", "missing_measurement", "missing_type",
                "missing_value", "name_conflict", "negative", "not_an_object", "not_finite",
                "number_out_of_range", "overflow", "poison", "reserved_name", "samples_limit",
                "service_check",
                "store_full", "too_deep",
                "too_long", "too_many_entries", "too_many_tags", "trailing_garbage", "unexpected_end",
                "unfinished", "unknown_event", "unknown_type", "wrong_kind", "wrong_labels",
            ])
    }

    @Test func areExplainedToOperators() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let document = String(decoding: try WholeFile.read("/\(root)/docs/operations.md"), as: UTF8.self)
        #expect(document.hasSuffix(RejectionCause.reference), "docs/operations.md is out of date: make docs")
    }

    @Test(arguments: Rejection.allCases)
    func ofMeasurementsAreCountedApart(_ rejection: Rejection) {
        let counts = RejectionCounts()
        counts.add(rejection)
        for other in Rejection.allCases { #expect(counts.count(of: other) == (other == rejection ? 1 : 0)) }
    }
}
