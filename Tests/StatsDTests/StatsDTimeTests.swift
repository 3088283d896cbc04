import Ingest
import Linux
import StatsD
import TelemetryMetrics
import Testing

/// Inputs that would take hours if the time grew faster than their length.
@Suite(.timeLimit(.minutes(5)))
struct StatsDTimeTests {
    private typealias Bench = StatsDIngestTests.Bench

    @Test(arguments: [true, false])
    func tagsAreSortedOnceForAllValuesOfALine(descending: Bool) throws {
        let bench = try Bench(tagsLimit: 1024)
        let numbers = descending ? Array((1000..<2000).reversed()) : (1000..<2000).shuffled()
        let values = String(repeating: ":1", count: 25_000)
        let tags = numbers.map { "\($0):1" }.joined(separator: ",")
        let line = "x\(values)|c|#\(tags)"
        #expect(line.utf8.count < 65_536)
        for _ in 0..<10 { try bench.receive(line) }
        #expect(bench.series("x_total").count == 1)
        #expect(bench.series("x_total").first?.hasSuffix(" 250000.0") == true)
    }

    @Test func tagsAreSortedOnceForAllSamplesOfALine() throws {
        let bench = try Bench(tagsLimit: 1024)
        bench.registry.change(
            to: WireRegistry.Rules(limit: 100, labelsLimit: 1024) { name, kind in
                let own = kind == .counter ? [(name: "own", value: "x")] : []
                return .metric(
                    WireMetric(
                        MetricDefinition(kind.metricKind, name: "\(name)_\(kind)", help: ""), labels: own))
            })
        let tags = (1000..<1900).reversed().map { ",\($0)=1" }.joined()
        let line = "x\(tags)\(String(repeating: ":1|c:1|g", count: 7000))"
        #expect(line.utf8.count < 65_536)
        for _ in 0..<10 { try bench.receive(line) }
        #expect(bench.series("x_counter_total").first?.hasSuffix(" 70000.0") == true)
        #expect(bench.series("counted_total") == [#"source="statsd" 140000.0"#])
    }

    @Test(arguments: ["[a=b]x", "x[", "x:", ":1|c", "|c", "x,", "#k:", ",#", "|T1:1", "|@1:1|c"])
    func aLineIsReadInTimeThatGrowsWithItsLength(part: String) throws {
        let bench = try Bench(limit: 10)
        let parts = String(repeating: part, count: 65_000 / part.utf8.count)
        for _ in 0..<10 { try bench.receive("a\(parts):1|c", "a:1|c|#\(parts)", "a:1\(parts)") }
        #expect(bench.series("received_total").count == 1)
    }

    @Test func aLongLabelTextIsFoundOnceForAllValuesPastTheSeriesLimit() throws {
        let bench = try Bench(tagsLimit: 1024, seriesLimit: 1)
        let tags = (10..<42).map { "\($0):\(String(repeating: "v", count: 1000))" }.joined(separator: ",")
        try bench.receive("x:1|c")
        for _ in 0..<15 { try bench.receive("x\(String(repeating: ":1", count: 15_000))|c|#\(tags)") }
        #expect(bench.series("x_total") == [" 1.0", #"heliograph_overflow="true" 225000.0"#])
        #expect(bench.store.overflowed == 225_000)
    }

    @Test func namesAreRegisteredAndReplacedInTimeThatGrowsWithTheirNumber() throws {
        let bench = try Bench(limit: 40_000)
        let names = (0..<40_000).map { "name\($0)" }
        // Without a value that counts, a metric has no series, whose memory is not the point here.
        try bench.receive(names.map { "\($0):-1|c" }.joined(separator: "\n"))
        bench.registry.change(
            to: WireRegistry.Rules(limit: 40_000) { name, _ in
                .metric(WireMetric(MetricDefinition(.sum, name: name, help: "again"), source: name))
            })
        #expect(bench.store.families.count == 40_004)
        try bench.receive("name39999:1|c")
        #expect(bench.series("name39999_total") == [" 1.0"])
    }

    @Test func aMetricOfManyNamesBecomesManyMetrics() throws {
        let bench = try Bench(limit: 40_000)
        func rules(_ name: @escaping @Sendable (String) -> String) -> WireRegistry.Rules {
            WireRegistry.Rules(limit: 40_000) { source, _ in
                .metric(WireMetric(MetricDefinition(.sum, name: name(source), help: "")))
            }
        }
        bench.registry.change(to: rules { _ in "one" })
        try bench.receive((0..<40_000).map { "name\($0):1|c" }.joined(separator: "\n"))
        #expect(bench.series("one_total") == [" 40000.0"])
        bench.registry.change(to: rules { $0 })
        #expect(bench.store.families.count == 40_004)
    }
}
