import Exporting
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct SeriesFamilyRecordingTests {
    private let exporter: Exporter

    init() throws { exporter = try Exporter(MetricSet([])) }

    private func family(_ kind: MetricKind, _ labels: [String]) throws -> SeriesFamily {
        var definition = MetricDefinition(kind, name: "direct", help: "Direct.", labels: labels)
        definition.buckets = Buckets([1, 2])
        definition.seriesLimit = 3
        return try exporter.family(of: definition)
    }

    private func lines(_ start: String) -> [String] {
        String(decoding: exporter.render().bytes, as: UTF8.self)
            .split(separator: "\n").map(String.init).filter { $0.hasPrefix(start) }
    }

    private func rejected(_ cause: String) -> [String] {
        lines(#"heliograph_measurements_rejected_total{metric="direct"#).filter {
            $0.contains("\"\(cause)\"")
        }
        .map { String($0.split(separator: " ")[1]) }
    }

    @Test func countsByLabelsOfAnyType() throws {
        let family = try family(.counter, ["method", "code", "cached"])
        for _ in 0..<2 { family.increment("GET", 200, true) }
        family.increment(String?.none, -1 as Int8, false)
        family.record(2.5, "GET", 200, true)
        #expect(
            lines("direct_total{") == [
                #"direct_total{method="GET",code="200",cached="true"} 4.5"#,
                #"direct_total{method="",code="-1",cached="false"} 1"#,
            ])
    }

    /// The limit is three series.
    @Test func saysWhichMetricHasTooManySeries() throws {
        let family = try family(.counter, ["user"])
        for user in 0..<3 { family.increment(user) }
        #expect(lines("heliograph_metric_overflowed_total{") == [])
        for user in 3..<8 { family.increment(user) }
        #expect(
            lines(#"direct_total{heliograph_overflow="true""#) == [
                #"direct_total{heliograph_overflow="true"} 5"#
            ])
        #expect(
            lines("heliograph_metric_overflowed_total{")
                == [#"heliograph_metric_overflowed_total{metric="direct_total"} 5"#])
    }

    @Test func takesOneToFourLabels() throws {
        for count in 1...4 {
            let exporter = try Exporter(MetricSet([]))
            let labels = (0..<count).map { "l\($0)" }
            let family = try exporter.family(
                of: MetricDefinition(.gauge, name: "some", help: "Some.", labels: labels))
            let counter = try exporter.family(
                of: MetricDefinition(.counter, name: "more", help: "More.", labels: labels))
            switch count {
            case 1:
                family.record(7, "a")
                counter.increment("a")
            case 2:
                family.record(7, "a", "b")
                counter.increment("a", "b")
            case 3:
                family.record(7, "a", "b", "c")
                counter.increment("a", "b", "c")
            default:
                family.record(7, "a", "b", "c", "d")
                counter.increment("a", "b", "c", "d")
            }
            let text = zip(labels, ["a", "b", "c", "d"]).map { "\($0)=\"\($1)\"" }.joined(separator: ",")
            let page = String(decoding: exporter.render().bytes, as: UTF8.self)
            #expect(page.contains("\nsome{\(text)} 7\n"))
            #expect(page.contains("\nmore_total{\(text)} 1\n"))
        }
    }

    @Test func fillsTheSeriesThatIsHeld() throws {
        let family = try family(.counter, ["user"])
        let held = try family.series("anna \"the\" \\ 1st\n")
        held.increment()
        family.increment("anna \"the\" \\ 1st\n")
        #expect(lines("direct_total{") == [#"direct_total{user="anna \"the\" \\ 1st\n"} 2"#])
    }

    @Test func observesIntoBuckets() throws {
        let family = try family(.histogram, ["user"])
        for value in [0.5, 1.5, 9] { family.record(value, "anna") }
        #expect(
            lines("direct_") == [
                #"direct_bucket{user="anna",le="1.0"} 1"#, #"direct_bucket{user="anna",le="2.0"} 2"#,
                #"direct_bucket{user="anna",le="+Inf"} 3"#, #"direct_sum{user="anna"} 11"#,
                #"direct_count{user="anna"} 3"#,
            ])
    }

    @Test func countsWhatItCannotRecord() throws {
        let family = try family(.gauge, ["user"])
        family.increment("anna")
        family.record(1, "anna", "extra")
        family.increment("anna", "extra")
        #expect(lines("direct{") == [])
        #expect(rejected("wrong_kind") == ["1"])
        #expect(rejected("wrong_labels") == ["2"])
    }

    @Test func fallsIntoTheOverflowSeriesPastTheLimit() throws {
        let family = try family(.counter, ["user"])
        for user in 0..<5 { family.increment(user) }
        #expect(lines("direct_total{").last == #"direct_total{heliograph_overflow="true"} 2"#)
    }

    @Test func countsExactlyWhileSeriesAreRemoved() throws {
        let exporter = exporter
        let family = try family(.counter, ["user"])
        let others = try exporter.family(
            of: MetricDefinition(.counter, name: "others", help: "Others.", labels: ["user"]))
        onThreads(4) { thread in
            for number in 0..<5000 {
                family.increment("anna")
                others.increment("\(number % 50)")
                if thread == 0 { others.remove("\(number % 50)") }
            }
        }
        #expect(lines("direct_total{") == [#"direct_total{user="anna"} 20000"#])
    }
}
