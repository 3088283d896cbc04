import Collectors
import Glibc
import TelemetryMetrics
import TestKit
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct ProcessMetricsTests {
    private static func names(_ store: MetricStore) -> [String] {
        store.families.filter { family in
            var isShown = false
            family.forEachSeries { _, _ in isShown = true }
            return isShown
        }.map(\.name)
    }

    @Test func whatCanNotBeReadIsNotOnThePageAndTheCollectorSaysSo() throws {
        let store = try MetricStore()
        let success = try CollectorMetrics(store: store)
        try ProcessMetrics.register(in: store, success, files: ProcessFiles(root: "/nonexistent"))
        store.collect()
        #expect(
            Self.names(store) == ["heliograph_collector_duration_seconds", "heliograph_collector_success"])
        let family = try #require(store.families.first { $0.name == "heliograph_collector_success" })
        var readings: [Double] = []
        family.forEachSeries { _, row in readings.append(family.value(row)) }
        #expect(readings == [0])
    }

    @Test func aFigureThatIsNoLongerThereDoesNotStayAsItWas() throws {
        let store = try MetricStore()
        let family = try store.register(
            MetricDefinition(.gauge, name: "figure", help: "One."), isInternal: true)
        family.show(7)
        #expect(Self.names(store) == ["figure"])
        family.show(nil)
        #expect(Self.names(store) == [])
        family.show(8)
        #expect(Self.names(store) == ["figure"])
    }

    @Test func aTotalThatComesBackCountsSinceItBegan() throws {
        let store = try MetricStore()
        let family = try store.register(
            MetricDefinition(.counter, name: "figure_total", help: "One.", labels: ["type"]), isInternal: true
        )
        family.show(7, labels: ["a"])
        var created: [UInt64] = []
        family.forEachSeries { _, row in created.append(family.created(row)) }
        family.show(nil, labels: ["a"])
        family.show(8, labels: ["a"])
        family.forEachSeries { _, row in
            created.append(family.created(row))
            #expect(family.total(row).value == 8)
        }
        #expect(created.count == 2 && created[0] == created[1])
    }

    @Test func aProcessWithoutDescriptorsStillKnowsItself() async {
        await #expect(processExitsWith: .success) {
            let exporter = try Exporter(MetricSet([]))
            _ = exporter.render()
            var bounds = rlimit(rlim_cur: 3, rlim_max: 3)
            unsafe _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &bounds)
            #expect(unsafe open("/proc/self/stat", O_RDONLY) < 0)
            // It is read again once a second.
            var page = ""
            spin {
                page = String(decoding: exporter.render().bytes, as: UTF8.self)
                return page.contains("\nprocess_max_fds 3\n")
            }
            #expect(page.contains("\nprocess_cpu_seconds_total "))
            #expect(page.contains("\nprocess_open_fds "))
            #expect(page.contains("\nheliograph_collector_success{collector=\"process\"} 1\n"))
        }
    }
}
