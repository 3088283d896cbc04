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

    @discardableResult
    private func receive(_ lines: String..., progress: ClientProgress? = nil) -> String {
        receive(bytes: lines.map { Array($0.utf8) }, progress: progress)
    }

    private func receive(bytes: [UInt8], progress: ClientProgress) -> String {
        receive(bytes: [bytes], progress: progress)
    }

    private func receive(bytes lines: [[UInt8]], progress: ClientProgress? = nil) -> String {
        var ingest = EventIngest(
            records,
            counters: IngestCounters(
                source: "event_socket", received: received, counted: counted, rejected: rejected),
            progress: progress ?? ClientProgress(in: store.arena))
        for bytes in lines {
            bytes.withBytes(in: bytes.indices) { ingest.receive($0) }
        }
        return String(decoding: ingest.takeReply(), as: UTF8.self)
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

    @Test func aLineWithAnIdIsAcknowledgedAndCountedOnce() throws {
        try define("ingest.tests.once")
        let progress = ClientProgress(in: store.arena)
        func line(_ number: Int, of client: String = "a") -> String {
            #"{"id":["\#(client)",\#(number)],"event":"ingest.tests.once","measurements":{"amount":1},"metadata":{"route":"x"}}"#
        }
        #expect(receive(line(1), line(2), line(4), progress: progress) == "{\"ack\":[\"a\",4]}\n")
        #expect(receive(line(2), line(3), progress: progress) == "{\"ack\":[\"a\",4]}\n")
        let both = receive(line(3, of: "b"), line(5), line(6), line(4, of: "b"), progress: progress)
        #expect(
            both.split(separator: "\n") == [
                #"{"ack":["b",3]}"#, #"{"ack":["a",6]}"#, #"{"ack":["b",4]}"#,
            ])
        #expect(series(counted) == [#"source="event_socket" 7.0"#])
        #expect(series(rejected) == [#"source="event_socket",cause="duplicate" 2.0"#])
    }

    @Test func aRejectedLineIsAcknowledgedTooWithItsCause() throws {
        let reply = receive(
            #"{"id":["a",1],"event":"ingest.tests.nobody"}"#, #"{"id":["a",2],"event":7}"#,
            #"{"event":"x","id":["a",3],"measurements":[]}"#, #"{"id":["a",3],"event":"ingest.tests.nobody"}"#
        )
        #expect(reply == "{\"ack\":[\"a\",3],\"rejected\":3,\"error\":\"bad_measurements\"}\n")
    }

    @Test func theBeginningOfALineIsNeitherTakenNorAcknowledged() throws {
        try define("ingest.tests.cut")
        let progress = ClientProgress(in: store.arena)
        let line =
            #"{"id":["a",1],"event":"ingest.tests.cut","measurements":{"amount":12.5},"metadata":{"route":"é"}}"#
        let bytes = Array(line.utf8)
        for end in 1..<bytes.count {
            #expect(receive(bytes: Array(bytes[..<end]), progress: progress) == "")
        }
        #expect(receive(line, progress: progress) == "{\"ack\":[\"a\",1]}\n")
        #expect(series(counted) == [#"source="event_socket" 1.0"#])
    }

    @Test func aLineWithoutAnIdHasNoAnswer() {
        #expect(
            receive(#"{"event":"ingest.tests.nobody"}"#, "nonsense", #"{"id":["a",0],"event":"a"}"#) == "")
    }
}
