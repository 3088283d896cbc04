import CoreMetrics
import Exporting
import Logging
import SwiftMetricsBridge
import Telemetry
import TestKit
import Testing
import TelemetryMetrics

@testable import Exporting

/// What an application is told without attaching to anything.
@Suite(.timeLimit(.minutes(5)))
struct ProblemLogTests {
    private struct Failure: Error {}
    private let log = CapturedLog()
    private let id = "problems_\(UInt64.random(in: 0 ... .max))"

    private func exporter(@MetricSetBuilder _ metrics: () -> [any Metric]) throws -> Exporter {
        var configuration = ExporterConfiguration()
        configuration.clock = CoarseClock(fixedAt: 1_700_000_000_000)
        return try Exporter(MetricSet(metrics()), configuration: configuration, logger: log.logger)
    }

    /// What was said with that message and the id of this test.
    private func lines(_ message: String) -> [String] {
        log.lines.filter { $0.contains(message) && $0.contains(id) }
    }

    @Test func namesHandlersAndMetricsThatFail() throws {
        let event = Event<Int>("\(id).failing")
        let exporter = try exporter {
            Sum("broken_\(id)", "Broken.", of: event, adding: { (_: Int) throws -> Int in throw Failure() })
        }
        try HandlerRegistry.shared.attach("\(id).handler", to: event) { _ in throw Failure() }
        for _ in 0..<2 { event.emit(1) }
        #expect(lines("A handler failed").count == 1)
        #expect(lines("A handler failed").first?.contains("\(id).handler") == true)
        #expect(lines("A metric was switched off").count == 1)
        #expect(lines("A metric was switched off").first?.contains("broken_\(id)") == true)
        withExtendedLifetime(exporter) {}
    }

    /// Handlers that fail by a line of the log would make one line of it after the other.
    @Test func whatFailsAgainAndAgainIsSaidLessAndLess() throws {
        let event = Event<Int>("\(id).again")
        let exporter = try exporter { Counter("again_\(id)", "Again.", of: event) }
        try HandlerRegistry.shared.attach("\(id).again", to: event, policy: .keep) { _ in throw Failure() }
        for _ in 0..<100 { event.emit(1) }
        try HandlerRegistry.shared.detach("\(id).again")
        // 1, 2, 4 … 64.
        #expect(lines("A handler failed").count == 7)
        withExtendedLifetime(exporter) {}
    }

    /// They are shown as zero for a minute, so that alerts on growth see them.
    @Test func failuresAreCountedByName() throws {
        let event = Event<Int>("\(id).counted")
        let exporter = try exporter {
            Sum("switched_\(id)", "Broken.", of: event, adding: { (_: Int) throws -> Int in throw Failure() })
        }
        try HandlerRegistry.shared.attach("\(id).handler", to: event) { _ in throw Failure() }
        event.emit(1)
        let page = String(decoding: exporter.render().bytes, as: UTF8.self)
        #expect(page.contains("heliograph_handler_failures_total{event=\"\(id).counted\"} 0\n"))
        #expect(page.contains("heliograph_metric_failures_total{metric=\"switched_\(id)\"} 0\n"))
        let total = { (name: String) in
            exporter.store.family(named: name)?.totals.filter { $0.key[0].contains(id) }.map(\.value)
        }
        #expect(total("heliograph_handler_failures_total") == [1])
        #expect(total("heliograph_metric_failures_total") == [1])
    }

    @Test func namesBothPlacesOfAnEventThatIsDeclaredTwice() throws {
        let first = Event<Int>("\(id).twice")
        let exporter = try exporter { Counter("fine_\(id)", "Fine.", of: first) }
        _ = Event<String>("\(id).twice")
        for _ in 0..<2 {
            exporter.store.clock.advance(by: .seconds(1))
            _ = exporter.render()
        }
        let said = lines("An event is declared wrongly")
        #expect(said.count == 1)
        #expect(said.first?.ranges(of: "ExportingTests/ProblemLogTests.swift:").count == 2)
        let error = #expect(throws: DefinitionErrors.self) {
            _ = try self.exporter { Counter("conflict_\(id)", "Conflict.", of: first) }
        }
        #expect(error?.description.contains("ProblemLogTests.swift:") == true)
    }

    /// A number that was meant as an amount is taken for the value of a label, for one.
    @Test func namesMetricsThatDoNotTakeWhatTheyAreGiven() throws {
        let exporter = try exporter {}
        let counter = try exporter.counter("bare_\(id)_total", "Without labels.")
        _ = exporter.render()
        #expect(lines("A metric did not take").isEmpty)
        for _ in 0..<2 {
            counter.increment(5)
            counter.increment(by: -1)
            exporter.store.clock.advance(by: .seconds(1))
            _ = exporter.render()
        }
        let said = lines("A metric did not take")
        #expect(said.count == 2)
        #expect(
            said.filter { $0.contains("number of label values") && $0.contains("wrong_labels") }.count == 1)
        #expect(said.filter { $0.contains("was to shrink") && $0.contains("negative") }.count == 1)
    }

    @Test func namesMetricsWithoutHelp() throws {
        _ = try exporter {
            Gauge("mute_\(id)", "") { 1 }
            Gauge("fine_\(id)", "Fine.") { 1 }
        }
        #expect(lines("Metrics have no help").count == 1)
        #expect(lines("fine_").isEmpty)
    }

    @Test func namesLabelsOfSwiftMetricsThatConflict() throws {
        let event = Event<Int>("\(id).taken")
        let name = id
        let exporter = try exporter { Counter("\(name)_taken", "Taken.", of: event) }
        let factory = try exporter.metricsFactory()
        _ = factory.makeCounter(label: "\(name).taken", dimensions: [])
        #expect(
            log.lines.filter {
                $0.contains("A label of swift-metrics") && $0.contains("\(name).taken")
                    && $0.contains("name_conflict")
            }.count == 1)
        // Of values, the metric is said to refuse them, and nothing of the label.
        factory.makeCounter(label: "\(name).shrinks", dimensions: []).increment(by: -1)
        exporter.store.clock.advance(by: .seconds(1))
        _ = exporter.render()
        #expect(log.lines.filter { $0.contains("shrinks") }.map { $0.contains("was to shrink") } == [true])
    }

    @Test func saysThatNobodyUsesIt() async throws {
        let unused = CapturedLog()
        _ = try Exporter(MetricSet([]), logger: unused.logger)
        #expect(unused.lines.filter { $0.contains("was released before") }.count == 1)
        let used = CapturedLog()
        _ = try Exporter(MetricSet([]), logger: used.logger).render()
        #expect(used.lines.filter { $0.contains("was released before") }.isEmpty)
        let said = AsyncStream<Bool>.makeStream()
        let watch = UseWatch(patience: .milliseconds(1)) { said.continuation.yield($0) }
        for await isReleased in said.stream {
            #expect(!isReleased)
            break
        }
        watch.end(isReleased: true)
        said.continuation.finish()
        for await _ in said.stream { Issue.record("said twice") }
    }

    @Test func showsItsStoreOnTheirPage() throws {
        let exporter = try exporter {}
        let page = String(decoding: exporter.render().bytes, as: UTF8.self)
        for name in ["series", "metrics", "arena_bytes", "series_overflowed_total", "memory_limit_bytes"] {
            #expect(page.contains("\nheliograph_\(name) "), "\(name)")
        }
    }
}

extension CapturedLog {
    /// Each entry as one text.
    fileprivate var lines: [String] {
        entries.map { entry in
            "\(entry.message) \(entry.metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })"
        }
    }
}
