import Synchronization
import Telemetry
import TestKit
import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct WireEventMetricsTests {
    private let store: MetricStore
    private let metrics: WireEventMetrics
    private let requests = freshID()
    private let jobs = freshID()

    init() throws {
        store = try MetricStore(prefix: "app_", clock: CoarseClock(fixedAt: 1_000_000))
        metrics = WireEventMetrics(store: store, id: freshID())
    }

    private func metric(
        _ kind: MetricKind, _ name: String, of event: String, _ measurement: String? = nil,
        labels: [String] = [], _ change: (inout MetricDefinition) -> Void = { _ in }
    ) -> RecordMetric {
        var definition = MetricDefinition(kind, name: name, help: "Help.", labels: labels)
        change(&definition)
        return RecordMetric(definition, event: event, measurement: measurement)
    }

    private func emit(
        _ event: String, _ measurements: [String: Double] = [:], _ metadata: [String: String] = [:]
    ) {
        metrics.event(named: event)?.emit(EventRecord(measurements: measurements, metadata: metadata))
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

    @Test func callsNoDeeperForALaterEvent() throws {
        let places = Mutex<Set<UInt>>([])
        var counted = metric(.counter, "requests", of: requests)
        counted.filter = .keep { _ in
            var marker: UInt8 = 0
            let place = unsafe withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
            places.withLock { _ = $0.insert(place) }
            return true
        }
        try metrics.replace(with: [counted])
        for _ in 0..<10 { emit(requests) }
        #expect(places.withLock(\.count) == 1)
        #expect(store.values("app_requests_total") == ["": 10])
    }

    @Test func knowsOnlyEventsThatHaveMetrics() throws {
        #expect(metrics.event(named: requests) == nil)
        try metrics.replace(with: [metric(.counter, "a", of: requests)])
        #expect(metrics.event(named: requests) != nil)
        try metrics.replace(with: [metric(.counter, "a", of: jobs)])
        #expect(metrics.event(named: requests) == nil)
        #expect(metrics.event(named: jobs) != nil)
    }

    @Test func tellsTheReceiptWhatBecameOfTheEvent() throws {
        try metrics.replace(with: [
            metric(.counter, "a", of: requests), metric(.sum, "b", of: requests, "size"),
            metric(.histogram, "c", of: requests, "time"),
        ])
        let receipt = DispatchOutcome()
        var record = EventRecord(measurements: ["time": .nan])
        record.receipt = receipt
        metrics.event(named: requests)?.emit(record)
        #expect(receipt.counted == 1)
        #expect(receipt.firstRejection == Rejection.missingMeasurement.rawValue)
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
        try metrics.replace(with: [metric(.gauge, "a", of: requests, "time") { $0.measuredUnit = .second }])
        try metrics.replace(with: [
            metric(.gauge, "a", of: requests, "time") { $0.measuredUnit = .millisecond }
        ])
        emit(requests, ["time": 1500])
        #expect(store.values("app_a") == ["": 1.5])
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
        let event = try #require(metrics.event(named: requests))
        let done = Atomic(0)
        var failed: [any Error] = []
        onThreads(4) { _ in
            for _ in 0..<20_000 { event.emit(EventRecord()) }
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
