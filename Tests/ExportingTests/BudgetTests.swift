import Arena
import Logging
import Telemetry
import TestKit
import Testing

@testable import Exporting
@testable import TelemetryMetrics

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
        #expect(lines.contains("heliograph_samples_limit 1"))
        // Other tests have supervisors, whose children's series may come meanwhile, but hardly each time.
        let showsSamples = (0..<100).contains { _ in
            let lines = String(decoding: exporter.render().bytes, as: UTF8.self).split(separator: "\n")
                .filter { !$0.hasPrefix("#") }
            return lines.contains("heliograph_samples \(lines.count)")
        }
        #expect(showsSamples)
        // What they retired may be given back.
        let showsMemory = (0..<100).contains { _ in
            let used = exporter.store.budget.memory
            let page = String(decoding: exporter.render().bytes, as: UTF8.self)
            return page.contains("\nheliograph_memory_used_bytes \(used)\n")
        }
        #expect(showsMemory)
    }

    @Test func warnsOnceUntilItIsFarFromTheLimit() {
        var watch = BudgetWatch()
        let shares = [10, 79, 80, 95, 79, 81, 70, 90, 69, 80]
        let warnings = shares.map { watch.isNear(.memory, $0, of: 100) }
        #expect(warnings == [false, false, true, false, false, false, false, false, false, true])
        let isApart = watch.isNear(.samples, 80, of: 100)
        #expect(isApart)
    }

    @Test func warnsOfEachLimitByItsOwnUseAndAgainAfterItFell() throws {
        let store = try MetricStore(limits: StoreLimits(memory: 4 * Self.mebibyte, samples: 1000))
        let (arena, budget) = (store.arena, store.budget)
        let log = CapturedLog()
        var watch = BudgetWatch(logger: log.logger)
        var expected: [CapturedLog.Entry] = []
        for _ in 0..<2 {
            let memory = Self.mebibyte / 5 * 16 + 5 - budget.memory
            #expect(arena.charge(memory - 5))
            budget.add(samples: 799)
            watch.look(at: budget)
            #expect(log.entries == expected)

            #expect(arena.charge(5))
            for _ in 0..<2 { watch.look(at: budget) }
            expected.append(Self.warning("memory", used: budget.memory, of: 4 * Self.mebibyte))
            #expect(log.entries == expected)

            budget.add(samples: 1)
            for _ in 0..<2 { watch.look(at: budget) }
            expected.append(Self.warning("samples", used: 800, of: 1000))
            #expect(log.entries == expected)

            arena.giveBack(memory)
            budget.add(samples: -800)
            watch.look(at: budget)
        }
    }

    private static func warning(_ limit: String, used: Int, of most: Int) -> CapturedLog.Entry {
        CapturedLog.Entry(
            .warning,
            "Metrics near a limit: past it new series fall into overflow series, and new names are rejected",
            ["limit": "limits.\(limit)", "used": "\(used)", "most": "\(most)"])
    }
}
