import Bytes
import Ingest
import StatsD
import TelemetryMetrics
import Testing

@Suite(.timeLimit(.minutes(5)))
struct StatsDIngestTests {
    /// A store with an ingest on it, whose names stand for what their type says.
    struct Bench {
        let store: MetricStore
        let counters: [String: Family]
        let registry: WireRegistry

        init(
            limit: Int = 100, tagsLimit: Int = 64, seriesLimit: Int = 10_000,
            prefix: String = "", constantLabels: [(name: String, value: String)] = [],
            names: NameValidation = .legacy
        ) throws {
            store = try MetricStore(prefix: prefix, constantLabels: constantLabels, names: names)
            var counters: [String: Family] = [:]
            for (name, labels) in [
                ("tags_dropped_total", ["source", "cause"]),
                ("received_total", ["source"]), ("counted_total", ["source"]),
                ("rejected_total", ["source", "cause"]),
            ] {
                let definition = MetricDefinition(.counter, name: name, help: "", labels: labels)
                counters[name] = try store.register(definition, isInternal: true)
            }
            self.counters = counters
            let rules = WireRegistry.Rules(limit: limit, labelsLimit: tagsLimit) { name, type in
                if name == "dropped" { return .drop }
                var definition = MetricDefinition(
                    type == .counter ? .sum : type == .gauge || type == .set ? .gauge : .histogram,
                    name: names.name(name), help: "")
                definition.buckets = [1, 10]
                definition.seriesLimit = seriesLimit
                definition.countsDistinct = type == .set
                return .metric(WireMetric(definition, source: name))
            }
            registry = WireRegistry(store: store, owner: .statsd, rules)
        }

        func receive(_ datagrams: String...) throws {
            try receive(datagrams.map { Array($0.utf8) })
        }

        func receive(_ datagrams: [[UInt8]], bareTags: BareTags = .label) throws {
            let received = try #require(counters["received_total"])
            let counted = try #require(counters["counted_total"])
            let rejected = try #require(counters["rejected_total"])
            let ingestCounters = IngestCounters(
                source: "statsd", received: received, counted: counted, rejected: rejected,
                droppedTags: counters["tags_dropped_total"])
            var ingest = SampleIngest(StatsDParser(bareTags: bareTags), registry, counters: ingestCounters)
            for bytes in datagrams {
                bytes.withBytes(in: bytes.indices) { ingest.receive($0) }
            }
        }

        /// `labels value` of each series of a total or gauge.
        func series(_ name: String) -> [String] {
            guard let family = store.families.first(where: { $0.name == name }) else { return [] }
            var lines: [String] = []
            family.forEachSeries { text, row in
                let labels = text.text(in: 0..<text.byteCount)
                let value =
                    family.definition.isCounter ? family.total(row).value : family.value(row)
                lines.append("\(labels) \(value)")
            }
            return lines.sorted()
        }
    }

    @Test func keepsNamesOfAnyTextWhereTheStoreHasThem() throws {
        let bench = try Bench(constantLabels: [("site.id", "s")], names: .utf8)
        try bench.receive(
            "a.b:1|c|#x.y:1,z:2", "a.b:2|c|#z:2,x.y:1", "größe:3|c|#a b:ü", "a.b:4|c|#x_y:0,x.y:1,z:2",
            "a.b:8|c|#site_id:t,le.:1,U__x:2")
        #expect(
            bench.series("a.b_total") == [
                #""x.y"="1",z="2" 7.0"#, #"_U__x="2",exported_site_id="t","le."="1" 8.0"#,
            ])
        #expect(bench.series("größe_total") == [#""a b"="ü" 3.0"#])
    }

    @Test func countsEveryLineOnce() throws {
        let bench = try Bench()
        try bench.receive("a.b:1|c\na.b:2|c|#k:v\nbad\n", "a.b:1:x:3|c", "dropped:1|c")
        #expect(bench.series("a_b_total") == [" 5.0", #"k="v" 2.0"#])
        #expect(bench.series("received_total") == [#"source="statsd" 7.0"#])
        #expect(bench.series("counted_total") == [#"source="statsd" 4.0"#])
        #expect(
            bench.series("rejected_total") == [
                #"source="statsd",cause="bad_number" 1.0"#,
                #"source="statsd",cause="dropped_by_rule" 1.0"#,
                #"source="statsd",cause="missing_value" 1.0"#,
            ])
    }

    @Test func aLineWithTooManyTagsIsRejectedOnce() throws {
        let bench = try Bench(tagsLimit: 3)
        try bench.receive(
            "a,x=1,y=2:1:2|c|#z:3\na,x=1,y=2:1:2|c|#z:3,b:4\na:1|c|#w:1,x:1,,:5,y:1", "a[b=1,c=2,d=3,e=4]:1|c"
        )
        #expect(bench.series("a_total") == [#"w="1",x="1",y="1" 1.0"#, #"x="1",y="2",z="3" 3.0"#])
        #expect(
            bench.series("rejected_total") == [#"source="statsd",cause="too_many_tags" 2.0"#])
        #expect(bench.series("received_total") == [#"source="statsd" 5.0"#])
    }

    @Test func sixtyFourTagsAreTheDefault() throws {
        let bench = try Bench()
        let tags = (100..<164).map { "t\($0):1" }.joined(separator: ",")
        try bench.receive("a:1|c|#\(tags)", "a:1|c|#\(tags),more:1")
        #expect(bench.series("counted_total") == [#"source="statsd" 1.0"#])
        #expect(bench.series("rejected_total") == [#"source="statsd",cause="too_many_tags" 1.0"#])
    }

    @Test func anotherRegistryBringsItsTagsLimit() throws {
        let bench = try Bench(tagsLimit: 1)
        try bench.receive("a:1|c|#x:1,y:2")
        bench.registry.change(
            to: WireRegistry.Rules(limit: 100, labelsLimit: 2) { name, _ in
                .metric(WireMetric(MetricDefinition(.sum, name: name, help: ""), source: name))
            })
        try bench.receive("a:1|c|#x:1,y:2")
        #expect(bench.series("a_total") == [#"x="1",y="2" 1.0"#])
    }

    @Test func eachValueOfALineIsJudgedByItself() throws {
        let bench = try Bench()
        try bench.receive("c:-1:2:x:3|c|#k:v", "g:1:+2:-1|g|#k:v", "h:1:2|h|@0.5|#k:v")
        #expect(bench.series("c_total") == [#"k="v" 5.0"#])
        #expect(bench.series("g") == [#"k="v" 2.0"#])
        #expect(
            bench.series("rejected_total") == [
                #"source="statsd",cause="bad_number" 1.0"#, #"source="statsd",cause="negative" 1.0"#,
            ])
        #expect(bench.series("counted_total") == [#"source="statsd" 7.0"#])
    }

    @Test func sampledCountersCountForAll() throws {
        let bench = try Bench()
        try bench.receive("hits:1|c|@0.1", "hits:3|c|@0.5")
        #expect(bench.series("hits_total") == [" 16.0"])
    }

    @Test(arguments: [
        ("t:1e308|h|@0.1", [String](), 1), ("c:1.79e308|c\nc:1.79e308|c", [" 1.79e+308"], 1),
        ("c:1e303|c|@0.000001", [], 1), ("g:+1.79e308|g\ng:+1.79e308|g", [" 1.79e+308"], 1),
        ("c:1.7976931348623157e308|c\nc:9e291|c\nc:1e292|c", [" 1.7976931348623157e+308"], 1),
    ])
    func whatWouldMakeASumInfiniteIsRejected(lines: String, expected: [String], refused: Int) throws {
        let bench = try Bench()
        try bench.receive(lines)
        #expect(bench.series("c_total") + bench.series("g") == expected)
        #expect(
            bench.series("rejected_total") == [#"source="statsd",cause="overflow" \#(Double(refused))"#])
        let timers = bench.store.families.first { $0.name == "t" }
        timers?.forEachSeries { _, _ in Issue.record("a series without a value") }
    }

    @Test func gaugesAreSetAndMoved() throws {
        let bench = try Bench()
        try bench.receive("t:5|g", "t:+2|g", "t:-4|g")
        #expect(bench.series("t") == [" 3.0"])
    }

    @Test func setsHoldTheNumberOfDistinctMembers() throws {
        let bench = try Bench()
        try bench.receive("u:ann|s", "u:bob|s", "u:ann|s")
        #expect(bench.series("u") == [" 2.0"])
    }

    @Test func sampledObservationsStandForSeveral() throws {
        let bench = try Bench()
        try bench.receive("h:5|h|@0.25")
        let family = try #require(bench.store.families.first { $0.name == "h" })
        var readings: [HistogramReading] = []
        family.forEachSeries { _, row in readings.append(family.histogram(row)) }
        #expect(readings.map(\.counts) == [[0, 4, 0]])
        #expect(readings.map(\.sum) == [20])
    }

    @Test(arguments: [
        ("a:1|c|#z:1,b:2", #"b="2",z="1" 1.0"#),
        ("a:1|c|#b:1,b:2", #"b="2" 1.0"#),
        ("a:1|c|#x:1,#y:2", #"x="1",y="2" 1.0"#),
        ("a:1|c|#prod,le,x:1", #"exported_le="true",prod="true",x="1" 1.0"#),
        ("a:1|c|#prod:,x:1", #"x="1" 1.0"#),
        ("a:1|c|#x-y:1,x.y:2", #"x_y="2" 1.0"#),
        ("a:1|c|#9a:1", #"_9a="1" 1.0"#),
        ("a:1|c|#__a:1", #"exported___a="1" 1.0"#),
        ("a:1|c|#site:x", #"exported_site="x" 1.0"#),
        ("a:1|c|#empty:,b:1", #"b="1" 1.0"#),
        ("a:1|c|#le:1,exported_le:2", #"exported_exported_le="1",exported_le="2" 1.0"#),
        ("a:1|c|#exported_le:2,le:1", #"exported_exported_le="1",exported_le="2" 1.0"#),
        (
            "a:1|c|#quantile:1,heliograph_overflow:true",
            #"exported_heliograph_overflow="true",exported_quantile="1" 1.0"#
        ),
        (
            "a:1|c|#site:1,exported_site:2,exported_exported_site:3",
            #"exported_exported_exported_site="1",exported_exported_site="3",exported_site="2" 1.0"#
        ),
        (#"a:1|c|#q:say "hi"\"#, #"q="say \"hi\"\\" 1.0"#),
    ])
    func tagsBecomeLabels(line: String, expected: String) throws {
        let bench = try Bench(constantLabels: [("site", "berlin")])
        try bench.receive(line)
        #expect(bench.series("a_total") == [expected])
    }

    @Test func leOfHistogramsIsNotTheirs() throws {
        let bench = try Bench()
        try bench.receive("h:1|h|#le:x")
        let family = try #require(bench.store.families.first { $0.name == "h" })
        var labels: [String] = []
        family.forEachSeries { text, _ in labels.append(text.text(in: 0..<text.byteCount)) }
        #expect(labels == [#"exported_le="x""#])
    }

    @Test func tagsGiveWayToConstantLabelsAndToOneAnother() throws {
        let bench = try Bench(constantLabels: [("exported_le", "c")])
        try bench.receive("a:1|c|#le:1,exported_le:2", "a:1|c|#exported_le:2,le:1")
        #expect(
            bench.series("a_total") == [
                #"exported_exported_exported_le="1",exported_exported_le="2" 2.0"#
            ])
    }

    @Test(arguments: [
        "up:0|g", "up:1|c", "ALERTS:1|g", "ALERTS_FOR_STATE:1|g", "scrape.x:1|g", "scrape:1|h",
        "target.info:1|g",
        "heliograph.series:1|g", "process_cpu:1|c", "process:1|h", "swift.runtime.x:1|s",
    ])
    func namesOfPrometheusAndThePageAreReserved(line: String) throws {
        let bench = try Bench()
        try bench.receive(line)
        #expect(bench.series("rejected_total") == [#"source="statsd",cause="reserved_name" 1.0"#])
        #expect(bench.store.families.count == 4)
        let prefixed = try Bench(prefix: "x_")
        try prefixed.receive(line)
        #expect(prefixed.series("rejected_total") == [])
    }

    @Test(arguments: ["upper:1|g", "scrape:1|g", "processes:1|g", "target:1|g", "alerts:1|g", "swift.x:1|g"])
    func namesThatResembleThemAreFree(line: String) throws {
        let bench = try Bench()
        try bench.receive(line)
        #expect(bench.series("counted_total") == [#"source="statsd" 1.0"#])
    }

    @Test func firstOfTwoCollidingNamesWins() throws {
        let bench = try Bench()
        try bench.receive("a.b:1|c", "a_b:1|c", "a.b:1|c")
        #expect(bench.series("a_b_total") == [" 2.0"])
        #expect(bench.series("rejected_total") == [#"source="statsd",cause="name_conflict" 1.0"#])
    }

    @Test func anotherTypeUnderATakenNameIsRejected() throws {
        let bench = try Bench()
        try bench.receive("x:1|g", "x:1|h", "x:2|g")
        #expect(bench.series("x") == [" 2.0"])
        #expect(bench.series("rejected_total") == [#"source="statsd",cause="name_conflict" 1.0"#])
    }

    @Test func namesPastTheLimitAreRejected() throws {
        let bench = try Bench(limit: 1)
        try bench.receive("a:1|c", "b:1|c", "a:1|c")
        #expect(bench.series("a_total") == [" 2.0"])
        #expect(bench.series("rejected_total") == [#"source="statsd",cause="metrics_limit" 1.0"#])
    }

    @Test func decreasingCountersAreRejected() throws {
        let bench = try Bench()
        try bench.receive("a:-1|c")
        #expect(bench.series("rejected_total") == [#"source="statsd",cause="negative" 1.0"#])
    }

    @Test(arguments: ["1e-7", "0.00000000000000000001", "1e-310", "0", "2"])
    func ratesThatNoSampleCanStandForAreRejected(rate: String) throws {
        let bench = try Bench()
        try bench.receive("h:1|h|@\(rate)", "c:1|c|@\(rate)", "h:1|h|@0.000001")
        #expect(bench.series("rejected_total") == [#"source="statsd",cause="bad_rate" 2.0"#])
        let family = try #require(bench.store.families.first { $0.name == "h" })
        var counts: [[UInt64]] = []
        family.forEachSeries { _, row in counts.append(family.histogram(row).counts) }
        #expect(counts == [[1_000_000, 0, 0]])
    }

    @Test func textsThatAreTooLongAreRejected() throws {
        let bench = try Bench()
        let long = String(repeating: "x", count: 1025)
        try bench.receive(
            "\(long):1|c", "a:1|c|#k:\(long)", "a:1|c|#\(long):v", "a:1|c|#k:\(long.dropLast())")
        #expect(bench.series("rejected_total") == [#"source="statsd",cause="too_long" 3.0"#])
        #expect(bench.series("counted_total") == [#"source="statsd" 1.0"#])
    }

    @Test func metricsOfAnotherOwnerAreNotShared() throws {
        let bench = try Bench()
        _ = try bench.store.registerOrReuse(MetricDefinition(.sum, name: "a", help: ""), owner: .events)
        try bench.receive("a:1|c")
        #expect(bench.series("rejected_total") == [#"source="statsd",cause="name_conflict" 1.0"#])
    }

    @Test func aSuccessorKeepsWhatStaysTheSame() throws {
        let bench = try Bench()
        try bench.receive("a:1|c", "h:5|h")
        bench.registry.change(
            to: WireRegistry.Rules(limit: 100) { name, type in
                var definition = MetricDefinition(
                    type == .counter ? .sum : .histogram, name: name, help: "New.")
                definition.buckets = [2, 20]
                return .metric(WireMetric(definition, source: name))
            })
        try bench.receive("a:1|c", "h:5|h")
        #expect(bench.series("a_total") == [" 2.0"])
        let family = try #require(bench.store.families.first { $0.name == "h" })
        var counts: [[UInt64]] = []
        family.forEachSeries { _, row in counts.append(family.histogram(row).counts) }
        #expect(counts == [[0, 1, 0]])
        #expect(bench.series("rejected_total") == [])
    }

    @Test func aChangeOfRulesTakesEffectBetweenDatagrams() throws {
        let bench = try Bench()
        try bench.receive("a:1|c")
        bench.registry.change(to: WireRegistry.Rules(limit: 1) { _, _ in .drop })
        try bench.receive("a:1|c")
        #expect(bench.series("a_total") == [])
        #expect(bench.series("rejected_total") == [#"source="statsd",cause="dropped_by_rule" 1.0"#])
    }
}
