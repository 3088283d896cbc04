import ConfigurationFile
import Bytes
import Ingest
import PrometheusFormat
@testable import Serving
import StatsD
import TelemetryMetrics
import TestKit
import Testing

/// Whatever names senders give to tags: no series has a label twice, and their order makes no other series.
@Suite(.timeLimit(.minutes(5)))
struct UniqueLabelsTests {
    private static let words = [
        "le", "quantile", "heliograph_overflow", "__x", "site", "exported_le", "exported_site",
        "exported.site",
        "exported_exported_le", "exported_exported_site", "exported___x", "exported_quantile", "a", "a.b",
        "a_b",
        "rule", "exported_rule", "1", "_1",
    ]

    @Test func aPageNeverHasALabelTwice() throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<300 {
            let constant = Set((0..<3).compactMap { _ in Self.words.randomElement(using: &generator) })
                .filter {
                    TelemetryMetrics.PrometheusName.isLabelName($0)
                        && !LabelNames.ofExposition(nil).contains($0)
                }
            let tags = Self.words.shuffled(using: &generator).prefix(
                Int.random(in: 1...12, using: &generator)
            )
            .enumerated().map { "\($1):\($0)" }
            let store = try MetricStore(constantLabels: constant.sorted().map { ($0, "c") })
            let ruleLabel = constant.contains("rule") ? "other" : "rule"
            let lines = ["c", "g", "h", "ms", "s"].map { "m\($0):1|\($0)|#\(tags.joined(separator: ","))" }
            let counted = try Self.receive(lines, in: store, ruleLabel: ruleLabel)
            #expect(counted == 5)
            for format in [ExpositionFormat.text, .openMetrics] {
                let check = ExpositionCheck(PageRenderer(store, format: format).bytes(), format: format)
                #expect(check.error == nil, "\(constant) \(tags)")
            }
        }
    }

    @Test func theRuleThatALabelComesFromMakesNoOtherSeries() throws {
        var rules = [MappingRule(match: "r1.*"), MappingRule(match: "r2.*"), MappingRule(match: "r3.*")]
        rules[0].labels = [LabelSetting("z", "1"), LabelSetting("a", "2")]
        rules[1].labels = [LabelSetting("a", "2")]
        rules[2].labels = [LabelSetting("e", "")]
        for index in rules.indices { rules[index].name = "m" }
        let store = try MetricStore()
        let lines = [
            "r1.x:1|c", "r2.x:2|c|#z:1", "m:4|c|#z:1,a:2", "r1.x:8|c|#m:y", "m:16|c|#a:2,z:1,m:y",
            "r3.x:32|c",
            "m:64|c",
        ]
        #expect(try Self.receive(lines, in: store, rules: rules) == 7)
        let page = String(decoding: PageRenderer(store, format: .text).bytes(), as: UTF8.self)
        #expect(
            page.split(separator: "\n").filter { $0.hasPrefix("m_total") } == [
                #"m_total{a="2",z="1"} 7"#, #"m_total{a="2",m="y",z="1"} 24"#, "m_total 96",
            ])
    }

    @Test func theOrderOfTagsMakesNoOtherSeries() throws {
        var generator = SeededGenerator(seed: 10)
        // Two names that are the same after sanitising are told apart by their order alone.
        let words = Self.words.filter { !["a.b", "exported.site", "1"].contains($0) }
        for _ in 0..<200 {
            let tags = words.shuffled(using: &generator).prefix(10).map { "\($0):\($0)" }
            let store = try MetricStore(constantLabels: [("site", "c"), ("exported_le", "c")])
            let lines = (0..<5).map { _ in
                "m:1|c|#\(tags.shuffled(using: &generator).joined(separator: ","))"
            }
            _ = try Self.receive(lines, in: store, ruleLabel: "rule")
            let family = try #require(store.families.first { $0.name == "m_total" })
            var series = 0
            family.forEachSeries { _, _ in series += 1 }
            #expect(series == 1, "\(tags)")
        }
    }

    /// Counts `lines` in `store`, and returns how many were counted.
    private static func receive(_ lines: [String], in store: MetricStore, ruleLabel: String) throws -> UInt64
    {
        var rule = MappingRule(match: "*")
        rule.labels = [LabelSetting(ruleLabel, "r")]
        return try receive(lines, in: store, rules: [rule])
    }

    private static func receive(_ lines: [String], in store: MetricStore, rules: [MappingRule]) throws
        -> UInt64
    {
        var configuration = StatsDConfiguration()
        configuration.rules = rules
        func counter(_ name: String, _ labels: [String]) throws -> Family {
            try store.register(
                MetricDefinition(.counter, name: name, help: "x", labels: labels), isInternal: true)
        }
        let counted = try counter("counted_total", ["source"])
        let counters = IngestCounters(
            source: "statsd", received: try counter("received_total", ["source"]), counted: counted,
            rejected: try counter("rejected_total", ["source", "cause"]))
        let registry = WireRegistry(
            store: store, owner: .statsd, WireRegistry.Rules(configuration, .legacy))
        var ingest = SampleIngest(StatsDParser(), registry, counters: counters)
        let datagram = Array(lines.joined(separator: "\n").utf8)
        datagram.withBytes(in: datagram.indices) { ingest.receive($0) }
        var total: UInt64 = 0
        counted.forEachSeries { _, row in total += UInt64(counted.total(row).whole) }
        return total
    }
}
