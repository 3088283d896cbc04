import LogTelemetry
import Logging
import Telemetry
import TelemetryMetrics
import TestKit
import Testing

@testable import Exporting
@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct SupervisionMetricsTests {
    private struct Broken: Error, CustomStringConvertible {
        var description: String { "broken" }
    }

    private let name = "supervised_\(UInt64.random(in: 0 ... .max))"

    /// Runs a supervisor whose child throws three times, which is once too often.
    private func failThreeTimes() async throws {
        let supervisor = try Supervisor(
            name, intensity: RestartIntensity(maxRestarts: 2, period: .seconds(3600)),
            children: [ChildSpec("child") { throw Broken() }])
        await #expect(throws: SupervisionError.self) { try await supervisor.run() }
    }

    private func lines(_ exporter: Exporter) -> [String] {
        String(decoding: exporter.render().bytes, as: UTF8.self)
            .split(separator: "\n").map(String.init).filter { $0.contains(name) }
    }

    /// What a page shows as zero for its first minute.
    private func total(_ metric: String, _ labels: String..., of exporter: Exporter) -> Double? {
        exporter.store.family(named: metric)?.totals[labels]
    }

    @Test func countsWhatHappensToChildren() async throws {
        let exporter = try Exporter(MetricSet([]), logger: nil)
        try await failThreeTimes()
        let labels = #"supervisor="\#(name)",child="child""#
        let lines = lines(exporter)
        for (metric, value) in [
            ("starts_total", 3), ("failures_total", 3), ("restarts_total", 2),
            ("child_start_timestamp_seconds", 0),
        ] {
            #expect(lines.contains("heliograph_supervisor_\(metric){\(labels)} \(value)"), "\(lines)")
        }
        #expect(total("heliograph_supervisor_failed_total", name, of: exporter) == 1)
        let last = "heliograph_supervisor_last_failure_timestamp_seconds{\(labels)} "
        let seconds = lines.first { $0.hasPrefix(last) }.flatMap { Double($0.dropFirst(last.count)) }
        #expect(seconds.map { $0 > 1_577_836_800 } == true)
    }

    @Test func aChildThatIsUpHasNoFailuresYet() throws {
        let exporter = try Exporter(MetricSet([]), logger: nil)
        SupervisionEvents.childStarted.emit(.init(child: "child", supervisor: name))
        let labels = #"supervisor="\#(name)",child="child""#
        let lines = lines(exporter)
        #expect(lines.contains("heliograph_supervisor_restarts_total{\(labels)} 0"))
        #expect(lines.contains("heliograph_supervisor_failures_total{\(labels)} 0"))
        let start = "heliograph_supervisor_child_start_timestamp_seconds{\(labels)} "
        let seconds = lines.first { $0.hasPrefix(start) }.flatMap { Double($0.dropFirst(start.count)) }
        #expect(seconds.map { $0 > 1_577_836_800 } == true)
        SupervisionEvents.childStuck.emit(.init(child: "child", supervisor: name, wait: .seconds(5)))
        #expect(total("heliograph_supervisor_stuck_total", name, "child", of: exporter) == 1)
    }

    @Test func anIdIsDownWhenNoChildOfItIsUp() throws {
        let exporter = try Exporter(MetricSet([]), logger: nil)
        let start = "heliograph_supervisor_child_start_timestamp_seconds"
        func isDown() -> Bool { lines(exporter).contains { $0.hasPrefix(start) && $0.hasSuffix("} 0") } }
        let up = SupervisionEvents.Child(child: "child", supervisor: name)
        for _ in 0..<3 { SupervisionEvents.childStarted.emit(up) }
        SupervisionEvents.childEnded.emit(.init(child: "child", supervisor: name, end: .returned))
        #expect(!isDown())
        SupervisionEvents.childEnded.emit(
            .init(child: "child", supervisor: name, end: .stopped, wasUp: false))
        #expect(!isDown())
        SupervisionEvents.childStuck.emit(.init(child: "child", supervisor: name, wait: .seconds(5)))
        #expect(!isDown())
        SupervisionEvents.childEnded.emit(.init(child: "child", supervisor: name, end: .returned))
        #expect(isDown())
        SupervisionEvents.childStarted.emit(up)
        #expect(!isDown())
    }

    @Test func logsWhatHappensToChildren() async throws {
        let captured = CapturedLog()
        let log = try SupervisionLog(captured.logger)
        try await failThreeTimes()
        SupervisionEvents.childStuck.emit(.init(child: "child", supervisor: name, wait: .seconds(5)))
        log.detach()
        try await failThreeTimes()
        let entries = captured.entries.filter { $0.metadata["supervisor"] == name }
        let child = ["supervisor": name, "child": "child"]
        func more(_ key: String, _ value: String, _ kind: LogMessage) -> [String: String] {
            child.merging([key: value, "message_id": kind.rawValue]) { $1 }
        }
        let life = [
            CapturedLog.Entry(.debug, "A child started", child),
            .init(.error, "A child failed", more("error", "broken", .childFailed)),
        ]
        let again = CapturedLog.Entry(
            .warning, "A child is started again", more("after", "0.0 seconds", .childRestarting))
        #expect(entries.dropLast(2) == (life + [again] + life + [again] + life)[...])
        #expect(entries.suffix(2).map(\.message) == ["A supervisor gave up", "A child did not end in time"])
        #expect(entries.suffix(2).allSatisfy { $0.level == .critical })
        let kinds = [LogMessage.supervisorFailed, .childStuck].map(\.rawValue)
        #expect(entries.suffix(2).map { $0.metadata["message_id"] } == kinds)
    }
}
