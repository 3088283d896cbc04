import Telemetry
import TelemetryMetrics
import Testing

@testable import PrometheusFormat

/// Histograms that count by boundaries and natively.
@Suite(.timeLimit(.minutes(5)))
struct BothBucketsTests {
    private static let buckets = Buckets([0.1, 1], native: NativeBuckets(limit: 4, resetAfter: .seconds(60)))

    private func definition() -> MetricDefinition {
        var definition = MetricDefinition(.histogram, name: "t_seconds", help: "T.", labels: ["a"])
        definition.buckets = Self.buckets
        return definition
    }

    private func lines(_ store: MetricStore, _ format: ExpositionFormat = .text) throws -> [String] {
        let page = PageRenderer(store, format: format).bytes()
        let exposition = try format == .protobuf ? ProtobufParser.parse(page) : TextParser.parse(page)
        return exposition.families.flatMap(\.samples).map { sample in
            "\(sample.name.dropFirst("t_seconds".count)) \(sample.label("le") ?? "") \(sample.value)"
        }
    }

    @Test func textShowsTheBoundariesAndProtobufBoth() throws {
        let store = try MetricStore(clock: CoarseClock(fixedAt: 1000))
        let series = try #require(try store.register(definition()).handle(labels: ["x"]))
        for value in [0.05, 0.5, 0.6, 5, 0] { series.record(value) }
        let expected = [
            "_bucket 0.1 2.0", "_bucket 1.0 4.0", "_bucket +Inf 5.0", "_sum  6.15", "_count  5.0",
        ]
        #expect(try lines(store) == expected)
        #expect(try lines(store, .protobuf) == expected)
        let message = PageRenderer(store, format: .protobuf).bytes()
        #expect(try WireReader.page(message)[0].contains("schema:3"))
    }

    @Test func threadsThatRecordLoseNothing() throws {
        let store = try MetricStore()
        let family = try store.register(definition())
        let series = try #require(family.handle(labels: ["x"]))
        for number in 0..<1000 { series.record(Double(number % 3)) }
        #expect(try lines(store).last == "_count  1000.0")
        #expect(try lines(store, .protobuf).last == "_count  1000.0")
    }

    @Test func bothBeginAnewAtAReset() throws {
        let clock = CoarseClock(fixedAt: 1_000_000)
        let store = try MetricStore(clock: clock)
        let series = try #require(try store.register(definition()).handle(labels: ["x"]))
        for value in [0.01, 0.1] { series.record(value) }
        clock.advance(by: .seconds(100))
        for value in [0.5, 2, 8, 32, 128] { series.record(value) }
        let counts = try [lines(store), lines(store, .protobuf)].map(\.last)
        #expect(counts[0] == counts[1])
        #expect(counts[0] != "_count  7.0")
    }

    @Test func goOnInASuccessor() throws {
        let store = try MetricStore(clock: CoarseClock(fixedAt: 1000))
        let family = try store.register(definition())
        for value in [0.05, 0.5, 5] { family.handle(labels: ["x"])?.record(value) }
        let before = try (lines(store), lines(store, .protobuf))
        let successor = try MetricStore(clock: CoarseClock(fixedAt: 1000), predecessor: try store.foreign())
        _ = try successor.register(definition())
        #expect(try lines(successor) == before.0)
        #expect(try lines(successor, .protobuf) == before.1)
        #expect(before.0.count == 5)
    }
}
