import EventSocket
import Ingest
import Bytes
import Telemetry
import TelemetryMetrics
import Testing

@Suite(.timeLimit(.minutes(5)))
struct EventIngestTests {
    private let store: MetricStore
    private let records: EventMetrics
    private let received: Family
    private let counted: Family
    private let rejected: Family

    init() throws {
        store = try MetricStore()
        records = EventMetrics(store: store)
        received = try Self.counter("received_total", ["source"], store)
        counted = try Self.counter("counted_total", ["source"], store)
        rejected = try Self.counter("rejected_total", ["source", "cause"], store)
    }

    private static func counter(
        _ name: String, _ labels: [String], _ store: MetricStore
    ) throws -> Family {
        try store.register(MetricDefinition(.counter, name: name, help: "", labels: labels), isInternal: true)
    }

    private func receive(_ lines: String...) {
        var ingest = EventIngest(
            records,
            counters: IngestCounters(
                source: "event_socket", received: received, counted: counted, rejected: rejected))
        for line in lines {
            let bytes = Array(line.utf8)
            bytes.withBytes(in: bytes.indices) { ingest.receive($0) }
        }
    }

    private func series(_ family: Family) -> [String] {
        var lines: [String] = []
        family.forEachSeries { text, row in
            lines.append("\(text.text(in: 0..<text.byteCount)) \(family.total(row).value)")
        }
        return lines.sorted()
    }

    private func define(_ event: String) throws {
        let sum = MetricDefinition(.sum, name: "amount_total", help: "", labels: ["route"])
        try records.replace(with: [
            EventMetric(
                sum, event: event, measurement: "amount", filter: .drop([EventMetric.Condition("route", "/")])
            )
        ])
    }

    @Test func aMeasurementThatWouldMakeASumInfiniteIsRejected() throws {
        try define("ingest.tests.overflow")
        let line =
            #"{"event":"ingest.tests.overflow","measurements":{"amount":1.79e308},"metadata":{"route":"a"}}"#
        receive(line, line)
        let amount = try #require(store.families.first { $0.name == "amount_total" })
        #expect(series(amount) == [#"route="a" 1.79e+308"#])
        #expect(series(rejected) == [#"source="event_socket",cause="overflow" 1.0"#])
    }

    @Test func everyLineIsCountedOrRejectedWithItsCause() throws {
        try define("ingest.tests.causes")
        receive(
            #"{"event":"ingest.tests.causes","measurements":{"amount":2.5},"metadata":{"route":"/users"}}"#,
            #"{"event":"ingest.tests.causes","measurements":{"amount":2},"metadata":{"route":"/users"}}"#,
            #"{"event":"ingest.tests.causes","measurements":{"amount":1},"metadata":{"route":"/"}}"#,
            #"{"event":"ingest.tests.causes","measurements":{"other":1}}"#,
            #"{"event":"ingest.tests.causes","measurements":{"amount":-1}}"#,
            #"{"event":"ingest.tests.unknown"}"#, "nonsense")
        let amount = try #require(store.families.first { $0.name == "amount_total" })
        #expect(series(amount) == [#"route="/users" 4.5"#])
        #expect(series(received) == [#"source="event_socket" 7.0"#])
        #expect(series(counted) == [#"source="event_socket" 2.0"#])
        #expect(
            series(rejected) == [
                #"source="event_socket",cause="bad_syntax" 1.0"#,
                #"source="event_socket",cause="filtered" 1.0"#,
                #"source="event_socket",cause="missing_measurement" 1.0"#,
                #"source="event_socket",cause="negative" 1.0"#,
                #"source="event_socket",cause="unknown_event" 1.0"#,
            ])
    }

    @Test func eventsOfMetricsThatWereRemovedAreUnknown() throws {
        try define("ingest.tests.removed")
        try records.replace(with: [])
        receive(#"{"event":"ingest.tests.removed","measurements":{"amount":1}}"#)
        #expect(series(rejected) == [#"source="event_socket",cause="unknown_event" 1.0"#])
        #expect(!store.families.contains { $0.name == "amount_total" })
    }
}
