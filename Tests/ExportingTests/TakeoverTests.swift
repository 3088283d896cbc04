import Arena
import Bytes
import StateFiles
import Telemetry
import TelemetryMetrics
import Testing

@testable import Exporting

/// An exporter in the place of one before it.
@Suite(.timeLimit(.minutes(5)))
struct TakeoverTests {
    private let clock = CoarseClock(fixedAt: 1_700_000_000_000)

    private func exporter(after predecessor: ForeignArena? = nil) throws -> Exporter {
        var configuration = ExporterConfiguration()
        configuration.listenAddresses = []
        configuration.includesHeap = true
        configuration.clock = clock
        let keeper = StateKeeper(
            StatePlaces(), kept: predecessor.map { [$0] } ?? [], limit: 1 << 30, environment: [:])
        configuration.keeper = keeper
        let exporter = try Exporter(MetricSet([]), configuration: configuration)
        exporter.endTakeover()
        keeper.keep(exporter.store)
        return exporter
    }

    /// What everything counts, by metric and labels.
    private func counts(_ exporter: Exporter) -> [String: Double] {
        _ = exporter.render()
        var counts: [String: Double] = [:]
        for family in exporter.store.families
        where family.definition.isCounter || family.definition.kind == .histogram {
            family.forEachSeries { text, row in
                let isCounter = family.definition.isCounter
                counts[family.name + "{" + text.text(in: 0..<text.byteCount) + "}"] =
                    isCounter ? family.total(row).value : Double(family.histogram(row).counts.reduce(0, +))
            }
        }
        return counts
    }

    private func isOfTheProcess(_ name: String) -> Bool {
        name.hasPrefix("process_") || name.hasPrefix("swift_")
    }

    @Test func noCountOfTheExporterGoesBackwards() throws {
        var exporter = try exporter()
        for round in 1...3 {
            var definition = MetricDefinition(.counter, name: "a_total", help: "", labels: ["n"])
            definition.seriesLimit = 1
            let family = try exporter.store.registerOrReuse(definition)
            for number in 0..<3 { family.add(1 as UInt64, labels: ["\(number)"]) }
            family.rejections.add(.negative)
            exporter.store.budget.refuse(by: .samples)
            let before = counts(exporter)
            #expect(
                before[#"heliograph_measurements_rejected_total{metric="a_total",cause="negative"}"#]
                    == Double(round))
            #expect(before[#"heliograph_metric_overflowed_total{metric="a_total"}"#] == Double(2 * round))
            #expect(before[#"heliograph_budget_refused_total{limit="samples"}"#] == Double(round))
            clock.advance(by: .seconds(1))
            let foreign = try #require(exporter.store.arena.foreign())
            exporter = try self.exporter(after: foreign)
            let after = counts(exporter)
            for (name, count) in before where !isOfTheProcess(name) {
                #expect(after[name, default: -1] >= count, "\(name)")
            }
        }
    }

    @Test func whatIsOfTheProcessBeginsAnew() throws {
        let first = try exporter()
        _ = counts(first)
        clock.advance(by: .seconds(100))
        let second = try exporter(after: first.store.arena.foreign())
        _ = counts(second)
        var names: Set<String> = []
        for family in second.store.families where family.definition.persistence == .none {
            family.forEachSeries { _, row in
                names.insert(family.name)
                #expect(family.created(row) == 1_700_000_100_000, "\(family.name)")
            }
        }
        #expect(names.isSuperset(of: ["process_cpu_seconds_total", "process_start_time_seconds"]))
        #expect(second.store.families.count == first.store.families.count)
    }

    @Test func theMemoryOfTheProcessBeforeIsLetGo() throws {
        let first = try exporter()
        _ = try first.store.register(MetricDefinition(.counter, name: "gone", help: "")).handle(labels: [])
        var foreign = first.store.arena.foreign()
        weak let memory = foreign
        let second = try exporter(after: foreign)
        foreign = nil
        #expect(memory == nil)
        #expect(second.store.families.contains { $0.name == "gone_total" })
    }

    @Test func saysWhatBecameOfTheSeries() throws {
        let first = try exporter()
        for name in ["a", "b"] {
            _ = try first.store.register(MetricDefinition(.counter, name: name, help: "")).handle(labels: [])
        }
        var configuration = ExporterConfiguration()
        configuration.listenAddresses = []
        let kept = first.store.arena.foreign().map { [$0] } ?? []
        configuration.keeper = StateKeeper(StatePlaces(), kept: kept, limit: 1 << 30, environment: [:])
        let second = try Exporter(MetricSet([]), configuration: configuration)
        _ = try second.store.register(MetricDefinition(.gauge, name: "b", help: ""))
        _ = try second.store.register(MetricDefinition(.sum, name: "a", help: ""))
        second.endTakeover()
        let counts = counts(second)
        #expect(counts[#"heliograph_state_series_total{result="changed"}"#] == 2)
        #expect(counts[#"heliograph_state_series_total{result="broken"}"#] == 0)
        #expect(counts[#"heliograph_state_series_total{result="adopted"}"#, default: 0] > 5)
    }
}
