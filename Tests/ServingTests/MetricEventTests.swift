import Bytes
import ConfigurationFile
import EventSocket
import Ingest
@testable import Serving
import TelemetryMetrics
import Testing

/// Metrics of a configuration file, and the events that they count.
@Suite(.timeLimit(.minutes(5)))
struct MetricEventTests {
    @Test func thePrefixOfEventsComesFirst() throws {
        let text = "events: {prefix: app_}\nmetrics: [{name: tests.metricprefix.n, type: counter}]"
        let configuration = try Configuration.parse(text: text, file: "c.yml")
        #expect(
            configuration.eventMetrics.map(\.definition.exposedName) == ["app_tests_metricprefix_n_total"])
        #expect(configuration.eventMetrics.map(\.event) == ["tests.metricprefix"])
    }

    /// What a metric with that filter counts of four events.
    @Test(arguments: [
        ("", 4), ("keep: {method: GET}", 2), ("drop: {method: GET}", 2),
        ("keep: {method: GET, code: \"200\"}", 1),
        ("drop: {method: GET, code: \"200\"}", 3), ("keep: {method: \"\"}", 0), ("keep: {other: x}", 0),
        ("drop: {other: x}", 4),
    ])
    func keepsAndDropsByMetadata(_ filter: String, _ expected: Double) throws {
        let event = "tests.metricrecord.n\(filter.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFFFF })"
        let configuration = try Configuration.parse(
            text: """
                metrics:
                  - {name: kept, event: \(event), measurement: count, type: counter\(filter.isEmpty ? "" : ", ")\(filter)}
                """, file: "c.yml")
        let store = try MetricStore()
        let metrics = EventMetrics(store: store)
        try metrics.replace(with: configuration.metrics.map { $0.eventMetric() })
        var parsed = WireEvent()
        for metadata in [
            #""method":"GET","code":"200""#, #""method":"GET","code":"500""#, #""method":"PUT","code":"200""#,
            "",
        ] {
            let line = Array(
                #"{"event":"\#(event)","measurements":{"count":1},"metadata":{\#(metadata)}}"#.utf8)
            try line.withBytes(in: line.indices) { try EventLineParser().parse($0, into: &parsed) }
            _ = metrics.record(parsed)
        }
        let family = try #require(store.families.first { $0.name == "kept_total" })
        var values: [Double] = []
        family.forEachSeries { _, row in values.append(family.total(row).value) }
        #expect(values == [expected])
    }
}
