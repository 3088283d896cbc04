import ConfigurationFile
import Ingest
@testable import Serving
import StatsD
import TelemetryMetrics
import Testing

@Suite(.timeLimit(.minutes(5)))
struct NameMappingTests {
    private static func metric(
        _ name: String, _ type: SampleKind, rules: [MappingRule] = []
    ) throws -> WireMetric {
        var configuration = StatsDConfiguration()
        configuration.rules = rules
        guard case .metric(let metric) = NameMapping(configuration, .legacy).target(name, type) else {
            throw NoMetric()
        }
        return metric
    }

    private struct NoMetric: Error {}

    @Test(arguments: [
        ("shop.orders", SampleKind.counter, "shop_orders_total", MetricKind.sum, 1.0),
        ("shop.latency", .timer, "shop_latency_seconds", .histogram, 0.001),
        ("shop.latency_seconds", .timer, "shop_latency_seconds", .histogram, 0.001),
        ("shop.size", .histogram, "shop_size", .histogram, 1),
        ("shop.size", .distribution, "shop_size", .histogram, 1),
        ("shop-temp°", .gauge, "shop_temp_", .gauge, 1),
        ("9lives", .gauge, "_9lives", .gauge, 1),
        ("a:b", .set, "a:b", .gauge, 1),
    ])
    func defaultsFollowTheType(
        name: String, type: SampleKind, exposed: String, kind: MetricKind, factor: Double
    ) throws {
        let metric = try Self.metric(name, type)
        #expect(metric.definition.exposedName == exposed)
        #expect(metric.definition.kind == kind)
        #expect(metric.factor == factor)
        #expect(metric.definition.countsDistinct == (type == .set))
        #expect(metric.source == name)
    }

    @Test(arguments: [
        ("shop.orders", SampleKind.counter, "app_shop_orders_total"), ("seconds", .timer, "app_seconds"),
        ("9lives", .gauge, "app__9lives"), ("up", .gauge, "app_up"), ("job.x", .gauge, "app_one"),
    ])
    func thePrefixOfTheSourceComesFirst(name: String, type: SampleKind, exposed: String) throws {
        var rule = MappingRule(match: "job.*")
        rule.name = "one"
        var statsd = StatsDConfiguration()
        (statsd.prefix, statsd.rules) = ("app_", [rule])
        var carbon = CarbonConfiguration()
        (carbon.prefix, carbon.rules) = ("app_", [rule])
        for mapping in [NameMapping(statsd, .legacy), NameMapping(carbon, .legacy)] {
            guard case .metric(let metric) = mapping.target(name, type) else { throw NoMetric() }
            #expect(metric.definition.exposedName == exposed)
        }
    }

    @Test(arguments: [(SampleKind.gauge, Duration.seconds(600)), (.counter, .seconds(86_400))])
    func gaugesExpireBeforeTheRest(type: SampleKind, expiry: Duration) throws {
        #expect(try Self.metric("x", type).definition.expiry == expiry)
    }

    @Test(arguments: [
        (SampleKind.counter, Duration?.some(.seconds(30))), (.timer, .seconds(30)),
        (.histogram, .seconds(30)),
        (.distribution, .seconds(30)), (.gauge, nil), (.set, nil),
    ])
    func aRuleGivesInitialZerosToWhatAddsUp(type: SampleKind, expected: Duration?) throws {
        var rule = MappingRule(match: "x")
        rule.initialZero = .seconds(30)
        #expect(try Self.metric("x", type, rules: [rule]).definition.initialZero == expected)
        #expect(try Self.metric("x", type).definition.initialZero == nil)
    }

    @Test func firstRuleThatMatchesWins() throws {
        var first = MappingRule(match: "shop.*.latency")
        first.name = "shop_latency"
        first.labels = [LabelSetting("branch", "$1")]
        first.buckets = [1, 2]
        first.expiry = .never
        var second = MappingRule(match: "shop.*.*")
        second.drop = true
        let metric = try Self.metric("shop.berlin.latency", .timer, rules: [first, second])
        #expect(metric.definition.exposedName == "shop_latency_seconds")
        #expect(metric.labels.map(\.name) == ["branch"])
        #expect(metric.labels.map(\.value) == ["berlin"])
        #expect(metric.definition.buckets == [1, 2])
        #expect(metric.definition.expiry == nil)
        #expect(metric.source == nil)
        #expect(throws: NoMetric.self) {
            try Self.metric("shop.berlin.other", .timer, rules: [first, second])
        }
    }

    @Test func rulesMakeSummariesAndConvertUnits() throws {
        var rule = MappingRule(match: "io.*")
        rule.type = .summary
        rule.unit = .kilobytes
        rule.quantiles = [0.25]
        rule.window = .seconds(60)
        rule.relativeError = 0.05
        rule.seriesLimit = 7
        let metric = try Self.metric("io.read", .histogram, rules: [rule])
        #expect(metric.definition.kind == .summary)
        #expect(metric.definition.exposedName == "io_read_bytes")
        #expect(metric.factor == 1000)
        #expect(metric.definition.quantiles == [0.25])
        #expect(metric.definition.window == .seconds(60))
        #expect(metric.definition.relativeError == 0.05)
        #expect(metric.definition.seriesLimit == 7)
    }

    @Test func timersAreMillisecondsWhateverARuleSays() throws {
        var rule = MappingRule(match: "io.*")
        rule.unit = .kilobytes
        let metric = try Self.metric("io.read", .timer, rules: [rule])
        #expect(metric.definition.exposedName == "io_read_seconds")
        #expect(metric.factor == 0.001)
    }

    @Test func aRuleFillsALongName() throws {
        var rule = MappingRule(match: "*.a")
        rule.name = String(repeating: "${1}_", count: 10_000)
        let metric = try Self.metric("x.a", .gauge, rules: [rule])
        #expect(metric.definition.name.utf8.count == 20_000)
    }
}
