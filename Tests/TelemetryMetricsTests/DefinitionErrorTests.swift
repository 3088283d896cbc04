import Telemetry
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct DefinitionErrorTests {
    typealias Change = @Sendable (inout MetricDefinition) -> Void

    /// Each kind of mistake: of which kind of metric, how it is made, and what is reported.
    private static let mistakes: [(MetricKind, Change, DefinitionError.Problem)] = [
        (.counter, { $0.name = "" }, .malformedName),
        (.gauge, { $0.name = "1a" }, .malformedName),
        (.gauge, { $0.name = "a-b" }, .malformedName),
        (.counter, { $0.name = "_total" }, .malformedName),
        (.counter, { $0.labels = [""] }, .malformedLabel("")),
        (.counter, { $0.labels = ["a:b"] }, .malformedLabel("a:b")),
        (.counter, { $0.labels = ["__a"] }, .malformedLabel("__a")),
        (.counter, { $0.labels = ["a", "b", "a"] }, .duplicateLabel("a")),
        (.histogram, { $0.labels = ["le"] }, .reservedLabel("le")),
        (.summary, { $0.labels = ["quantile"] }, .reservedLabel("quantile")),
        (.gauge, { $0.labels = ["heliograph_overflow"] }, .reservedLabel("heliograph_overflow")),
        (.gauge, { $0.name = "up" }, .reservedName("up")),
        (.counter, { $0.name = "up" }, .reservedName("up")),
        (.counter, { $0.name = "process" }, .reservedName("process_total")),
        (.gauge, { $0.name = "ALERTS" }, .reservedName("ALERTS")),
        (.gauge, { $0.name = "ALERTS_FOR_STATE" }, .reservedName("ALERTS_FOR_STATE")),
        (.gauge, { $0.name = "target_info" }, .reservedName("target_info")),
        (.histogram, { $0.name = "scrape" }, .reservedName("scrape_bucket")),
        (.summary, { $0.name = "swift_runtime" }, .reservedName("swift_runtime_count")),
        (.sum, { $0.name = "heliograph_x_total" }, .reservedName("heliograph_x")),
        (.histogram, { $0.buckets = [] }, .badBuckets([])),
        (.histogram, { $0.buckets = [1, 1] }, .badBuckets([1, 1])),
        (.histogram, { $0.buckets = [2, 1] }, .badBuckets([2, 1])),
        (.histogram, { $0.buckets = [1, .infinity] }, .badBuckets([1, .infinity])),
        (
            .histogram, { $0.buckets = .linear(start: 0, width: 1, count: 4001) },
            .badBuckets((0...4000).map { Double($0) })
        ),
        (.summary, { $0.quantiles = [1.1] }, .badQuantiles([1.1])),
        (.summary, { $0.quantiles = [-0.1] }, .badQuantiles([-0.1])),
        (.summary, { $0.quantiles = [0.5, 0.5] }, .badQuantiles([0.5, 0.5])),
        (.summary, { $0.window = .zero }, .badWindow(.zero)),
        (.summary, { $0.relativeError = 0 }, .badRelativeError(0)),
        // Finer than the finest buckets.
        (.summary, { $0.relativeError = 0.00135 }, .badRelativeError(0.00135)),
        (.summary, { $0.relativeError = 1 }, .badRelativeError(1)),
        (.counter, { $0.seriesLimit = 0 }, .badSeriesLimit(0)),
        (.counter, { $0.expiry = .seconds(-1) }, .badExpiry(.seconds(-1))),
        (
            .gauge, { ($0.measuredUnit, $0.unit) = (.milliseconds, .bytes) },
            .unitMismatch(from: .milliseconds, to: .bytes)
        ),
        (
            .gauge, { ($0.name, $0.unit) = ("a_milliseconds", .seconds) },
            .unitOfName(.milliseconds, exposed: .seconds)
        ),
        (
            .sum, { ($0.name, $0.measuredUnit) = ("a_seconds_total", .kilobytes) },
            .unitOfName(.seconds, exposed: .bytes)
        ),
    ]

    @Test(arguments: mistakes.indices)
    func isThrownForEachMistake(_ index: Int) throws {
        let (kind, change, problem) = Self.mistakes[index]
        var definition = MetricDefinition(kind, name: "a", help: "A.")
        change(&definition)
        let expected = DefinitionErrors(errors: [DefinitionError(metric: definition.name, problem: problem)])
        let store = try MetricStore()
        #expect(throws: expected) { try store.register(definition) }
        #expect(store.families.isEmpty)
        #expect(throws: Never.self) { try store.register(MetricDefinition(kind, name: "a", help: "A.")) }
    }

    @Test func thePrefixDecidesWhetherANameIsReserved() throws {
        let gauge = MetricDefinition(.gauge, name: "up", help: "")
        #expect(throws: Never.self) { try MetricStore(prefix: "my_").register(gauge) }
        #expect(throws: DefinitionErrors.self) { try MetricStore(prefix: "scrape_").register(gauge) }
        #expect(throws: Never.self) { try MetricStore().register(gauge, isInternal: true) }
    }

    @Test func constantLabelsAreCheckedByThemselves() {
        let errors = [
            DefinitionError(metric: "*", problem: .reservedLabel("le")),
            DefinitionError(metric: "*", problem: .malformedLabel("a.b")),
            DefinitionError(metric: "*", problem: .duplicateLabel("x")),
            DefinitionError(metric: "*", problem: .reservedLabel("heliograph_overflow")),
        ]
        #expect(throws: DefinitionErrors(errors: errors)) {
            try LabelNames.check(constantLabels: ["le", "a.b", "x", "x", "heliograph_overflow"], .legacy)
        }
        #expect(throws: Never.self) {
            try LabelNames.check(constantLabels: ["site", "exported_le"], .legacy)
        }
        #expect(errors[0].description == "Constant labels: the label \"le\" is set by the exposition itself.")
    }

    private static let scalars = (0...0xFF as ClosedRange<UInt32>).compactMap { Unicode.Scalar($0) }

    /// Each scalar up to U+00FF at the beginning and behind it.
    @Test(arguments: scalars)
    func namesConsistOfWhatPrometheusTakes(_ scalar: Unicode.Scalar) {
        let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_".unicodeScalars.contains(scalar)
        let digits = "0123456789".unicodeScalars.contains(scalar)
        #expect(PrometheusName.isMetricName("\(scalar)a") == (letters || scalar == ":"))
        #expect(PrometheusName.isMetricName("a\(scalar)") == (letters || digits || scalar == ":"))
        #expect(PrometheusName.isMetricName("a\(scalar)a") == (letters || digits || scalar == ":"))
        #expect(PrometheusName.isLabelName("\(scalar)a") == letters)
        #expect(PrometheusName.isLabelName("a\(scalar)") == (letters || digits))
        #expect(PrometheusName.isLabelName("a\(scalar)a") == (letters || digits))
    }

    @Test func namesNoNaNAmongBuckets() throws {
        var definition = MetricDefinition(.histogram, name: "a", help: "A.")
        definition.buckets = [1, .nan]
        #expect(throws: DefinitionErrors.self) { try MetricStore().register(definition) }
        definition.kind = .summary
        definition.quantiles = [.nan]
        #expect(throws: DefinitionErrors.self) { try MetricStore().register(definition) }
        definition.quantiles = [0.5]
        definition.relativeError = .nan
        #expect(throws: DefinitionErrors.self) { try MetricStore().register(definition) }
    }

    @Test(arguments: [("_", "a_b"), ("app_", "total"), ("a:", "b_c"), ("", "A9")])
    func isNotThrownForGoodNames(_ prefix: String, _ name: String) throws {
        let store = try MetricStore(prefix: prefix)
        for kind in MetricKind.allCases {
            let family = try store.register(
                MetricDefinition(kind, name: name, help: "A.", labels: ["a", "_9"]))
            store.remove([family])
        }
    }

    @Test(arguments: ["9", "app-", "é"])
    func isThrownForABadPrefix(_ prefix: String) throws {
        let store = try MetricStore(prefix: prefix)
        #expect(throws: DefinitionErrors(errors: [DefinitionError(metric: "a", problem: .malformedName)])) {
            try store.register(MetricDefinition(.gauge, name: "a", help: "A."))
        }
    }

    @Test(arguments: [
        (["env"], MetricKind.counter, DefinitionError.Problem.duplicateLabel("env")),
        (["region", "region"], .counter, .duplicateLabel("region")),
        (["a b"], .counter, .malformedLabel("a b")),
        (["le"], .histogram, .reservedLabel("le")),
    ])
    func isThrownForConstantLabels(
        _ constant: [String], _ kind: MetricKind, _ problem: DefinitionError.Problem
    ) throws {
        let store = try MetricStore(constantLabels: constant.map { ($0, "x") })
        let definition = MetricDefinition(kind, name: "a", help: "A.", labels: ["env"])
        #expect(throws: DefinitionErrors(errors: [DefinitionError(metric: "a", problem: problem)])) {
            try store.register(definition)
        }
        #expect(throws: Never.self) { try store.register(definition, isInternal: true) }
    }

    @Test func isThrownForAllMistakesAtOnceInTheOrderOfTheMetrics() throws {
        let event = freshEvent(Order.self)
        let inert = Event<Order>("..")
        let note = Label("no te", \Order.note)
        let store = try MetricStore()
        let metrics = MetricSet {
            Counter("a_total", "A.", of: event)
            Counter("b c", "B.", of: inert)
            Histogram("d", "D.", of: event, observing: \.items, buckets: [], labels: note)
            Gauge("a_total", "A.", of: event, observing: \.items)
            Counter("fine_total", "F.", reading: { 1 })
            Gauge("d_sum", "D.", reading: { 1 })
        }
        let problems: [(String, DefinitionError.Problem)] = [
            ("a_total", .duplicateName("a_total")), ("b c", .inertEvent), ("b c", .malformedName),
            ("d", .malformedLabel("no te")), ("d", .badBuckets([])), ("d_sum", .duplicateName("d_sum")),
        ]
        let expected = problems.map { DefinitionError(metric: $0.0, problem: $0.1) }
        #expect(throws: DefinitionErrors(errors: expected)) { try metrics.register(in: store, id: freshID()) }
        #expect(!event.isObserved)
        #expect(store.families.isEmpty)
        #expect(store.seriesCount == 0)
    }

    @Test func leavesNothingAttachedWhereAnIdIsTaken() throws {
        let (first, second) = (freshEvent(Order.self), freshEvent(Order.self))
        let id = freshID()
        let store = try MetricStore()
        let blocker = "\(id)/\(try #require(second.name))"
        try HandlerRegistry.shared.attach(blocker, to: second) { _ in }
        let metrics = MetricSet {
            Counter("a_total", "A.", of: first)
            Counter("b_total", "B.", of: second)
        }
        #expect(throws: DefinitionErrors.self) { try metrics.register(in: store, id: id) }
        #expect(!first.isObserved)
        #expect(store.families.isEmpty)
        try HandlerRegistry.shared.detach(blocker)
        let handlers = try metrics.register(in: store, id: id)
        #expect(handlers.count == 2)
        for handler in handlers { try HandlerRegistry.shared.detach(handler) }
    }

    private static let sentences: [(DefinitionError.Problem, String)] = [
        (.malformedName, "the name takes letters, digits, '_' and ':', and no digit first."),
        (.duplicateName("b"), "the name b is taken by a metric that is defined otherwise."),
        (
            .malformedLabel("-"),
            "the label \"-\" takes letters, digits and '_', and begins with neither a digit nor '__'."
        ),
        (.duplicateLabel("l"), "the label \"l\" is there twice."),
        (.reservedLabel("le"), "the label \"le\" is set by the exposition itself."),
        (.badBuckets([2, 1]), "the bucket boundaries [2.0, 1.0] are not finite numbers in ascending order."),
        (.badBuckets(Array(repeating: 1, count: 4001)), "4001 bucket boundaries are more than 4000."),
        (.badQuantiles([2]), "the quantiles [2.0] are not distinct numbers between 0 and 1."),
        (.badWindow(.zero), "the window of 0.0 seconds is not positive."),
        (.badExpiry(.zero), "the expiry of 0.0 seconds is not positive."),
        (.badSeriesLimit(0), "the series limit 0 is not positive."),
        (.unitMismatch(from: .seconds, to: .bytes), "seconds can't be converted to bytes."),
        (
            .unitOfName(.milliseconds, exposed: .seconds),
            "the name ends in milliseconds, but its values are shown in seconds."
        ),
        (.inertEvent, "its event has a malformed name."),
    ]

    @Test(arguments: sentences.indices)
    func namesTheMetricAndTheMistake(_ index: Int) {
        let (problem, sentence) = Self.sentences[index]
        let error = DefinitionError(metric: "a", problem: problem)
        #expect(error.description == "Metric \"a\": \(sentence)")
        #expect(DefinitionErrors(errors: [error, error]).description == "\(error)\n\(error)")
    }
}
