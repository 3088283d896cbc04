import Arena
import Bytes
import Synchronization
import Telemetry
import TestKit
import Testing

@testable import Ingest
@testable import TelemetryMetrics

extension MetricStore {
    fileprivate func series<Value>(_ name: String, _ read: (Family, Row) -> Value) -> [String: Value] {
        guard let family = families.first(where: { $0.name == name }) else { return [:] }
        var result: [String: Value] = [:]
        family.forEachSeries { text, row in
            result[text.text(in: 0..<text.byteCount)] = read(family, row)
        }
        return result
    }

    fileprivate func values(_ name: String) -> [String: Double] {
        series(name) { family, row in
            family.definition.kind == .gauge ? family.value(row) : family.total(row).value
        }
    }
}

@Suite(.timeLimit(.minutes(5)))
struct EventMetricsTests {
    private let store: MetricStore
    private let metrics: EventMetrics
    private let requests = "http.request"
    private let jobs = "job.done"

    init() throws {
        store = try MetricStore(prefix: "app_", clock: CoarseClock(fixedAt: 1_000_000))
        metrics = EventMetrics(store: store)
    }

    private func metric(
        _ kind: MetricKind, _ name: String, of event: String, _ measurement: String? = nil,
        labels: [String] = [], _ change: (inout MetricDefinition) -> Void = { _ in }
    ) -> EventMetric {
        var definition = MetricDefinition(kind, name: name, help: "Help.", labels: labels)
        change(&definition)
        return EventMetric(definition, event: event, measurement: measurement)
    }

    @discardableResult
    private func emit(
        _ event: String, _ measurements: [String: Double] = [:], _ metadata: [String: String] = [:]
    ) -> RejectionCause? {
        metrics.record(WireEvent(event, measurements, metadata))
    }

    @Test func recordsMeasurementsAndMetadataByName() throws {
        try metrics.replace(with: [
            metric(.counter, "requests", of: requests, labels: ["route", "method"]),
            metric(.sum, "bytes", of: requests, "size"),
        ])
        emit(requests, ["size": 10], ["route": "/", "method": "GET", "other": "x"])
        emit(requests, ["size": 5.5], ["route": "/"])
        #expect(
            store.values("app_requests_total") == [#"route="/",method="GET""#: 1, #"route="/",method="""#: 1])
        #expect(store.values("app_bytes_total") == ["": 15.5])
    }

    @Test func keepsSeedsWithTheirLabelsInAnyOrder() throws {
        let first = metric(.counter, "requests", of: requests, labels: ["route", "method"]) {
            $0.seeds = [["/", "GET"]]
        }
        let second = metric(.counter, "requests", of: jobs, labels: ["method", "route"]) {
            $0.seeds = [["PUT", "/b"]]
        }
        try metrics.replace(with: [first, second])
        #expect(
            store.values("app_requests_total") == [
                #"route="/",method="GET""#: 0, #"route="/b",method="PUT""#: 0,
            ])
    }

    @Test func knowsOnlyEventsThatHaveMetrics() throws {
        #expect(emit(requests) == .unknownEvent)
        try metrics.replace(with: [metric(.counter, "a", of: requests)])
        #expect(emit(requests) == nil)
        try metrics.replace(with: [metric(.counter, "a", of: jobs)])
        #expect(emit(requests) == .unknownEvent)
        #expect(emit(jobs) == nil)
    }

    @Test func saysWhyNoMetricCountedAnEvent() throws {
        try metrics.replace(with: [
            metric(.sum, "b", of: requests, "size"), metric(.histogram, "c", of: requests, "time"),
        ])
        #expect(emit(requests, ["time": .nan]) == .missingMeasurement)
        #expect(emit(requests, ["time": 1]) == nil)
        var filtered = metric(.counter, "a", of: requests)
        filtered.filter = .keep([EventMetric.Condition("route", "/")])
        try metrics.replace(with: [filtered])
        #expect(emit(requests) == .filtered)
        #expect(emit(requests, [:], ["route": "/"]) == nil)
    }

    @Test func metricsOfOneEventWithTheSameLabelsShareTheirRows() throws {
        try metrics.replace(with: [
            metric(.counter, "a", of: requests, labels: ["x", "y"]),
            metric(.sum, "b", of: requests, "size", labels: ["y", "x"]),
            metric(.gauge, "other", of: requests, "size", labels: ["x"]),
            metric(.counter, "limited", of: requests, labels: ["x", "y"]) { $0.seriesLimit = 5 },
        ])
        emit(requests, ["size": 2], ["x": "1", "y": "2"])
        let tables = store.families.map { ObjectIdentifier($0.series) }
        #expect(
            store.families.map(\.name) == ["app_a_total", "app_b_total", "app_limited_total", "app_other"])
        #expect(tables[0] == tables[1])
        #expect(Set(tables).count == 3)
        #expect(store.values("app_b_total") == [#"x="1",y="2""#: 2])
    }

    @Test func aSharedTableHasTheWidestLimitsOfItsMetrics() throws {
        func two(_ limit: Int) -> [EventMetric] {
            [
                metric(.counter, "a", of: requests, labels: ["x"]) { $0.seriesLimit = 1 },
                metric(.counter, "b", of: requests, labels: ["x"]) { $0.seriesLimit = limit },
            ]
        }
        try metrics.replace(with: two(1))
        try metrics.replace(with: two(2))
        for value in ["1", "2", "3"] { emit(requests, [:], ["x": value]) }
        #expect(
            store.values("app_a_total") == [
                #"x="1""#: 1, #"x="2""#: 1, #"heliograph_overflow="true""#: 1,
            ])
    }

    @Test func oneMetricFilledTwiceByAnEventCountsEachTime() throws {
        var get = metric(.sum, "a", of: requests, "size")
        get.filter = .keep([EventMetric.Condition("method", "GET")])
        var put = metric(.sum, "a", of: requests, "other")
        put.filter = .drop([EventMetric.Condition("method", "GET")])
        try metrics.replace(with: [get, put])
        emit(requests, ["size": 1, "other": 10], ["method": "GET"])
        emit(requests, ["size": 100, "other": 1000], ["method": "PUT"])
        #expect(store.values("app_a_total") == ["": 1001])
    }

    @Test func anEventWithinATraceBecomesAnExemplar() throws {
        try metrics.replace(with: [metric(.histogram, "a", of: requests, "size") { $0.buckets = [1] }])
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        emit(requests, ["size": 0.5], ["traceparent": trace])
        let family = try #require(store.families.first)
        var exemplars = 0
        family.forEachSeries { _, row in exemplars += family.exemplars(row).count { $0 != nil } }
        #expect(exemplars == 1)
    }

    @Test func makesSeeds() throws {
        try metrics.replace(with: [
            metric(.counter, "c", of: requests, labels: ["code"]) { $0.seeds = [["200"], ["500"]] }
        ])
        #expect(store.values("app_c_total") == [#"code="200""#: 0, #"code="500""#: 0])
    }

    @Test func keepsTheSeriesOfMetricsThatStayTheSame() throws {
        let kept = metric(.counter, "kept", of: requests, labels: ["a"])
        try metrics.replace(with: [kept, metric(.counter, "gone", of: requests)])
        emit(requests, [:], ["a": "1"])
        try metrics.replace(with: [metric(.gauge, "new", of: requests, "size"), kept])
        emit(requests, ["size": 3], ["a": "1"])
        #expect(store.families.map(\.name) == ["app_kept_total", "app_new"])
        #expect(store.values("app_kept_total") == [#"a="1""#: 2])
        #expect(store.values("app_new") == ["": 3])
    }

    @Test func beginsAnewWhereADefinitionChanged() throws {
        try metrics.replace(with: [metric(.histogram, "a", of: requests, "size") { $0.buckets = [1, 2] }])
        emit(requests, ["size": 1])
        try metrics.replace(with: [metric(.histogram, "a", of: requests, "size") { $0.buckets = [1, 2, 3] }])
        emit(requests, ["size": 3])
        #expect(store.series("app_a") { $0.histogram($1).counts } == ["": [0, 0, 1, 0]])
        try metrics.replace(with: [metric(.gauge, "a", of: requests, "size")])
        emit(requests, ["size": 4])
        #expect(store.values("app_a") == ["": 4])
    }

    @Test func convertsByTheNewUnitAfterAChange() throws {
        try metrics.replace(with: [metric(.gauge, "a", of: requests, "time") { $0.measuredUnit = .seconds }])
        try metrics.replace(with: [
            metric(.gauge, "a", of: requests, "time") { $0.measuredUnit = .milliseconds }
        ])
        emit(requests, ["time": 1500])
        #expect(store.values("app_a_seconds") == ["": 1.5])
    }

    @Test func takesOverANewHelpAndNewLimits() throws {
        try metrics.replace(with: [metric(.counter, "a", of: requests, labels: ["l"])])
        emit(requests, [:], ["l": "1"])
        try metrics.replace(with: [
            metric(.counter, "a", of: requests, labels: ["l"]) {
                $0.help = "New."
                $0.seriesLimit = 1
                $0.expiry = .seconds(5)
            }
        ])
        emit(requests, [:], ["l": "2"])
        #expect(store.families[0].definition.help == "New.")
        #expect(store.values("app_a_total") == [#"l="1""#: 1, #"heliograph_overflow="true""#: 1])
        store.sweep()
        store.clock.advance(by: .seconds(5))
        #expect(store.sweep() == 2)
    }

    @Test func changesNothingWhereADefinitionIsWrong() throws {
        try metrics.replace(with: [metric(.counter, "a", of: requests)])
        emit(requests)
        let wrong = [
            metric(.histogram, "a", of: jobs, "size") { $0.buckets = [] }, metric(.counter, "b", of: ".."),
            metric(.gauge, "c", of: jobs, "size") { $0.seriesLimit = 0 },
            metric(.summary, "c", of: jobs, "size"),
        ]
        let expected: [(String, DefinitionError.Problem)] = [
            ("b", .inertEvent), ("a", .badBuckets([])), ("c", .badSeriesLimit(0)),
            ("c", .duplicateName("app_c")),
        ]
        #expect(
            throws: DefinitionErrors(errors: expected.map { DefinitionError(metric: $0.0, problem: $0.1) })
        ) {
            try metrics.replace(with: wrong)
        }
        emit(requests)
        emit(jobs, ["size": 1])
        #expect(store.families.map(\.name) == ["app_a_total"])
        #expect(store.values("app_a_total") == ["": 2])
        try metrics.replace(with: [metric(.gauge, "c", of: jobs, "size")])
        #expect(store.families.map(\.name) == ["app_c"])
    }

    @Test func fillsOneMetricFromSeveralEventsWhateverTheOrderOfItsLabels() throws {
        try metrics.replace(with: [
            metric(.counter, "a", of: requests, labels: ["x", "y"]),
            metric(.counter, "a_total", of: jobs, labels: ["y", "x"]),
        ])
        emit(requests, [:], ["x": "1", "y": "2"])
        emit(jobs, [:], ["x": "1", "y": "2"])
        #expect(store.values("app_a_total") == [#"x="1",y="2""#: 2])
        try metrics.replace(with: [metric(.counter, "a", of: requests, labels: ["y", "x"])])
        #expect(store.values("app_a_total") == [#"x="1",y="2""#: 2])
    }

    @Test func keepsOutOfTheWayOfOtherMetrics() throws {
        _ = try store.register(MetricDefinition(.gauge, name: "taken", help: "T."))
        #expect(throws: DefinitionErrors.self) {
            try metrics.replace(with: [metric(.counter, "taken", of: requests)])
        }
        #expect(store.families.map(\.name) == ["app_taken"])
    }

    @Test func countsEachEventOnceWhileMetricsAreReplaced() throws {
        let kept = metric(.counter, "kept", of: requests)
        try metrics.replace(with: [kept])
        let event = WireEvent(requests)
        let done = Atomic(0)
        var failed: [any Error] = []
        onThreads(4) { _ in
            for _ in 0..<20_000 { _ = metrics.record(event) }
            done.wrappingAdd(1, ordering: .relaxed)
        } meanwhile: {
            var round = 0
            while done.load(ordering: .relaxed) < 4 {
                round += 1
                do {
                    try metrics.replace(with: [kept, metric(.counter, "other\(round % 3)", of: requests)])
                } catch {
                    failed.append(error)
                }
            }
        }
        #expect(failed.isEmpty)
        #expect(store.values("app_kept_total") == ["": 80_000])
    }
}
