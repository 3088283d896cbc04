import Microhttpd
import PrometheusFormat
import TelemetryMetrics
import TestKit
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct HTTPConnectionReportTests {
    @Test func countsWhatHappensAndWarnsOnceAMinute() throws {
        let exporter = try Exporter(MetricSet([]), configuration: ExporterConfiguration())
        let log = CapturedLog()
        let report = HTTPConnectionReport(exporter.ownMetrics.connections, logger: log.logger)
        let events: [ConnectionEvent] = [
            .opened, .opened, .closed, .refused, .refused, .cut(.evicted), .acceptFailed(reason: "none left"),
            .clientRefused(reason: "expired"), .clientRefused(reason: "expired"),
        ]
        for event in events { report.note(event) }

        let page = String(decoding: exporter.render().bytes, as: UTF8.self)
        for line in [
            "heliograph_connections{source=\"http\"} 1",
            "heliograph_connections_refused_total{source=\"http\"} 2",
            "heliograph_connections_cut_total{source=\"http\",cause=\"evicted\"} 1",
            "heliograph_connections_cut_total{source=\"http\",cause=\"idle\"} 0",
            "heliograph_accept_failures_total{source=\"http\"} 1",
        ] { #expect(page.contains(line + "\n")) }
        #expect(
            log.entries.map(\.message) == [
                "Refused a connection past a limit, with none to end for it; further ones are only counted for a minute",
                "Cannot accept a connection; further ones are only counted for a minute",
                "Refused a TLS client; further ones are only counted for a minute",
            ])
        #expect(log.entries.last.map { "\($0.level)" } == "notice")
    }
}
