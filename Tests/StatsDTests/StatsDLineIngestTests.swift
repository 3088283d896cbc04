import Ingest
import StatsD
import TelemetryMetrics
import Testing

/// What becomes of the tags, the bytes and the kinds of a line.
@Suite(.timeLimit(.minutes(5)))
struct StatsDLineIngestTests {
    private typealias Bench = StatsDIngestTests.Bench

    @Test func droppedTagsAreCountedAndTheirLineToo() throws {
        let bench = try Bench()
        try bench.receive([Array("a:1:2|c|#prod,:x,k:v\ndropped:1|c|#prod".utf8)], bareTags: .drop)
        #expect(bench.series("a_total") == [#"k="v" 3.0"#])
        #expect(
            bench.series("tags_dropped_total") == [
                #"source="statsd",cause="bare" 1.0"#, #"source="statsd",cause="nameless" 1.0"#,
            ])
    }

    @Test(
        arguments: [
            [0x61, 0xff], [0x61, 0xc3], [0xfe], [0x61, 0xed, 0xa0, 0x80],
        ] as [[UInt8]])
    func brokenBytesAreNoNames(name: [UInt8]) throws {
        let bench = try Bench(limit: 2)
        let names = [
            Array("a,".utf8) + name + Array("=1".utf8), name, Array("a[k=".utf8) + name + Array("]".utf8),
        ]
        try bench.receive(
            names.map { $0 + Array(":1|c".utf8) } + [Array("b:1|c|#ö:ü".utf8), Array("a:1|c".utf8)])
        #expect(bench.series("rejected_total") == [#"source="statsd",cause="bad_utf8" 3.0"#])
        #expect(bench.series("counted_total") == [#"source="statsd" 2.0"#])
        #expect(bench.series("a_total") == [" 1.0"])
    }

    @Test func theSamplesOfALineAreOfTheirKinds() throws {
        let bench = try Bench()
        bench.registry.change(
            to: WireRegistry.Rules(limit: 100) { name, kind in
                if kind == .timer { return .drop }
                let definition = MetricDefinition(kind.metricKind, name: "\(name)_\(kind)", help: "")
                // Only the counter's has a label of its own.
                return .metric(WireMetric(definition, labels: kind == .counter ? [("own", "x")] : []))
            })
        try bench.receive("a,k=v:1|c:2|g:3|c:4|ms:+1|g:5|c:6|g:7|c|#l:w")
        #expect(bench.series("a_counter_total") == [#"k="v",l="w",own="x" 7.0"#, #"k="v",own="x" 9.0"#])
        #expect(bench.series("a_gauge") == [#"k="v" 6.0"#])
        #expect(bench.series("rejected_total") == [#"source="statsd",cause="dropped_by_rule" 1.0"#])
        #expect(bench.series("received_total") == [#"source="statsd" 8.0"#])
    }
}
