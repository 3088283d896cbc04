import Telemetry
import Testing

@testable import Collectors
@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct RuntimeMetricsTests {
    @Test func everyMetricHasItsSeries() throws {
        let store = try MetricStore()
        try RuntimeMetrics.register(in: store)
        store.collect()

        var series: [String: Int] = [:]
        for family in store.families {
            family.forEachSeries { _, _ in series[family.name, default: 0] += 1 }
        }

        #expect(
            series == [
                "process_context_switches_total": 2, "process_page_faults_total": 2,
                "process_resident_memory_peak_bytes": 1, "swift_runtime_pool_threads": 1,
                "swift_runtime_usable_cpus": 1,
            ])
    }

    @Test func aSecondRegistrationIsRefused() throws {
        let store = try MetricStore()
        try RuntimeMetrics.register(in: store)
        #expect(throws: DefinitionErrors.self) { try RuntimeMetrics.register(in: store) }
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
