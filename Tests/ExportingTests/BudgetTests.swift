import Telemetry
import TelemetryMetrics
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct BudgetTests {
    private static let mebibyte = 1 << 20

    @Test(arguments: [
        (nil, 512), (8 << 30, 512), (2 << 30, 512), (1 << 30, 256), (768 << 20, 192), (64 << 20, 16),
    ])
    func theStandardIsAQuarterUpTo512MiB(available: Int?, mebibytes: Int) {
        #expect(StoreLimits.standardMemory(of: available) == mebibytes * Self.mebibyte)
    }

    @Test func limitsAreTheNearestThatArePossible() {
        var configuration = ExporterConfiguration()
        #expect(4 * Self.mebibyte...512 * Self.mebibyte ~= configuration.storeLimits.memory)
        #expect(configuration.storeLimits.samples == 1_000_000)
        configuration.memoryLimit = 64 * Self.mebibyte
        configuration.samplesLimit = 5
        #expect(configuration.storeLimits == StoreLimits(memory: 64 * Self.mebibyte, samples: 5))
        configuration.memoryLimit = -1
        configuration.samplesLimit = -1
        #expect(configuration.storeLimits == StoreLimits(memory: 4 * Self.mebibyte, samples: 1))
        configuration.memoryLimit = .max
        #expect(configuration.storeLimits.memory == 32 << 30)
    }

    @Test func showsWhatIsUsedAndWhatWasRefused() throws {
        let event = Event<Int>("exporter.tests.budget")
        var configuration = ExporterConfiguration()
        configuration.memoryLimit = 8 * Self.mebibyte
        configuration.samplesLimit = 1
        let exporter = try Exporter(
            MetricSet { Counter("many_total", "Many.", of: event, labels: Label("n") { $0 }) },
            configuration: configuration)
        for number in 0..<3 { event.emit(number) }
        _ = exporter.render()
        let page = String(decoding: exporter.render().bytes, as: UTF8.self)
        let lines = page.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.contains(#"many_total{heliograph_overflow="true"} 3"#))
        #expect(lines.contains(#"heliograph_budget_refused_total{limit="samples"} 3"#))
        #expect(lines.contains(#"heliograph_budget_refused_total{limit="memory"} 0"#))
        #expect(lines.contains("heliograph_memory_limit_bytes 8388608"))
        #expect(lines.contains("heliograph_memory_used_bytes \(exporter.store.budget.memory)"))
        #expect(lines.contains("heliograph_samples_limit 1"))
        #expect(lines.contains("heliograph_samples \(lines.count)"))
    }

    @Test func warnsOnceUntilItIsFarFromTheLimit() {
        var watch = BudgetWatch()
        let shares = [10, 79, 80, 95, 79, 81, 70, 90, 69, 80]
        let warnings = shares.map { watch.isNear(.memory, $0, of: 100) }
        #expect(warnings == [false, false, true, false, false, false, false, false, false, true])
        let isApart = watch.isNear(.samples, 80, of: 100)
        #expect(isApart)
    }
}
