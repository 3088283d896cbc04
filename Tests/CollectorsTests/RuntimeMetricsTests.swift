import Synchronization
import Telemetry
import Testing

@testable import Collectors
@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct RuntimeMetricsTests {
    @Test func everyMetricHasItsSeries() throws {
        let store = try MetricStore()
        try RuntimeMetrics.register(in: store, CollectorMetrics(store: store))
        store.collect()

        var series: [String: Int] = [:]
        for family in store.families {
            family.forEachSeries { _, _ in series[family.name, default: 0] += 1 }
        }

        #expect(
            series == [
                "heliograph_collector_success": 1, "heliograph_collector_duration_seconds": 1,
                "heliograph_collector_last_success_timestamp_seconds": 1, "process_context_switches_total": 2,
                "process_page_faults_total": 2,
                "process_resident_memory_peak_bytes": 1, "swift_runtime_pool_threads": 1,
                "swift_runtime_usable_cpus": 1,
            ])
    }

    @Test func figuresAreThoseOfTheProcess() throws {
        let store = try MetricStore()
        try RuntimeMetrics.register(in: store, CollectorMetrics(store: store))
        let before = try #require(ResourceUsage())
        store.collect()
        let after = try #require(ResourceUsage())
        var values: [String: Double] = [:]
        for family in store.families {
            let isTotal = family.definition.kind == .counter
            family.forEachSeries { _, row in
                let total = family.total(row)
                let value = isTotal ? Double(total.whole) + total.fraction : family.value(row)
                values[family.name, default: 0] += value
            }
        }
        let faults = try #require(values["process_page_faults_total"])
        let least = Double(before.minorFaults + before.majorFaults)
        #expect((least...Double(after.minorFaults + after.majorFaults)).contains(faults))
        let peak = try #require(values["process_resident_memory_peak_bytes"])
        #expect((Double(before.peakResidentBytes)...Double(after.peakResidentBytes)).contains(peak))
        #expect(peak > 1e6)
    }

    @Test func aSecondRegistrationIsRefused() throws {
        let store = try MetricStore()
        let success = try CollectorMetrics(store: store)
        try RuntimeMetrics.register(in: store, success)
        #expect(throws: DefinitionErrors.self) { try RuntimeMetrics.register(in: store, success) }
    }

    @Test func whatTheSystemDoesNotTellAnyMoreGoesOffThePage() throws {
        let clock = CoarseClock(fixedAt: 1000)
        let store = try MetricStore(clock: clock)
        let isTold = Atomic(true)
        try RuntimeMetrics.register(
            in: store, CollectorMetrics(store: store),
            usage: { isTold.load(ordering: .relaxed) ? ResourceUsage() : nil },
            usableProcessors: { isTold.load(ordering: .relaxed) ? 2 : nil })
        func shown() -> Set<String> {
            clock.advance(by: .seconds(1))
            store.collect()
            var names: Set<String> = []
            for family in store.families { family.forEachSeries { _, _ in names.insert(family.name) } }
            return names
        }
        #expect(shown().count == 8)
        isTold.store(false, ordering: .relaxed)
        #expect(
            shown() == [
                "heliograph_collector_success", "heliograph_collector_duration_seconds",
                "heliograph_collector_last_success_timestamp_seconds", "swift_runtime_pool_threads",
            ])
    }

    @Test func theHeapIsMeasuredByItsPoll() async throws {
        let store = try MetricStore()
        let handlers = try HeapStatistics.metrics.register(in: store, id: "tests.heap", isInternal: true)
        defer { handlers.forEach { try? HandlerRegistry.shared.detach($0) } }

        try await HeapStatistics.poll.measure()

        var values: [Double] = []
        for family in store.families {
            family.forEachSeries { _, row in values.append(family.value(row)) }
        }
        #expect(values.count == 2)
        #expect(values.allSatisfy { $0 > 65_536 })
    }

    @Test func schedulingDelaysAreThoseOfItsOwnPoll() throws {
        let store = try MetricStore()
        let handlers = try SchedulingDelay.metrics.register(
            in: store, id: "tests.scheduling", isInternal: true)
        defer { handlers.forEach { try? HandlerRegistry.shared.detach($0) } }
        for poll in ["swift_runtime_scheduling_delay", "another"] {
            PollerEvents.success.emit(
                .init(poll: poll, duration: .zero, delay: .milliseconds(250), missedTicks: 0))
        }

        let family = try #require(store.families.first)
        var readings: [SummaryReading] = []
        family.forEachSeries { _, row in readings.append(family.summary(row)) }

        #expect(readings.map(\.count) == [1])
        #expect(readings.map(\.sum) == [0.25])
    }
}
