import Exporting
import Synchronization
import Telemetry
import TelemetryMetrics
import Testing

@Suite(.timeLimit(.minutes(5)))
struct PluginTests {
    private static let event = Event<Int>("plugin.tests.done")

    private static func plugin(_ metric: String, polls: [Poll] = []) -> Plugin {
        Plugin(
            "tests", events: ["plugin.tests.done"],
            metrics: MetricSet { Sum(metric, "Done.", of: event, adding: { $0 }) }, polls: polls)
    }

    private static func configuration() -> ExporterConfiguration {
        var configuration = ExporterConfiguration()
        configuration.includesProcess = false
        configuration.listenAddresses = []
        return configuration
    }

    @Test func metricsOfPluginsAreOnThePageBesideOthers() throws {
        let exporter = try Exporter(
            MetricSet { Counter("own", "Own.", of: Self.event) }, plugins: [Self.plugin("first")],
            configuration: Self.configuration())
        Self.event.emit(3)
        let page = String(decoding: exporter.render().bytes, as: UTF8.self)
        #expect(page.contains("\nown_total 1\n"))
        #expect(page.contains("\nfirst_total 3\n"))
    }

    @Test func mistakesInAllOfThemAreThrownAtOnce() {
        let error = #expect(throws: DefinitionErrors.self) {
            _ = try Exporter(
                MetricSet { Counter("1own", "Own.", of: Self.event) },
                plugins: [Self.plugin("2nd"), Self.plugin("3rd")], configuration: Self.configuration())
        }
        #expect(Set(error?.errors.map(\.metric) ?? []) == ["1own", "2nd", "3rd"])
    }

    @Test func aPluginGoesToAnExporterOnce() {
        let plugin = Self.plugin("twice")
        #expect(throws: DefinitionErrors.self) {
            _ = try Exporter(MetricSet([]), plugins: [plugin, plugin], configuration: Self.configuration())
        }
    }

    @Test func pollsOfPluginsRunWithTheExporter() async throws {
        let (measured, measuring) = AsyncStream.makeStream(of: String.self)
        func poll(_ name: String) -> Poll {
            Poll(name, every: .seconds(3600)) { measuring.yield(name) }
        }
        var configuration = Self.configuration()
        configuration.polls = [poll("own")]
        let exporter = try Exporter(
            MetricSet([]), plugins: [Self.plugin("polled", polls: [poll("of plugin")])],
            configuration: configuration)
        let running = Task { try await exporter.run() }
        var names: Set<String> = []
        for await name in measured where names.insert(name).inserted && names.count == 2 { break }
        running.cancel()
        _ = try? await running.value
        #expect(names == ["own", "of plugin"])
    }

    @Test func aPollMayNotHaveTheNameOfAnother() {
        let poll = Poll("same", every: .seconds(1)) {}
        var configuration = Self.configuration()
        configuration.polls = [poll]
        #expect(throws: PollerError.self) {
            _ = try Exporter(
                MetricSet([]), plugins: [Self.plugin("same", polls: [poll])], configuration: configuration)
        }
    }
}
