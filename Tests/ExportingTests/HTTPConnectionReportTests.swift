import Logging
import Microhttpd
import PrometheusFormat
import Synchronization
import TelemetryMetrics
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct HTTPConnectionReportTests {
    /// Keeps the messages of warnings.
    private struct Warnings: LogHandler {
        final class Store: Sendable {
            let messages = Mutex<[String]>([])
        }

        let store: Store
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            store.messages.withLock { $0.append("\(event.message)") }
        }
    }

    @Test func countsWhatHappensAndWarnsOnceAMinute() throws {
        let exporter = try Exporter(MetricSet([]), configuration: ExporterConfiguration())
        let store = Warnings.Store()
        let logger = Logger(label: "test") { _ in Warnings(store: store) }
        let report = HTTPConnectionReport(exporter.ownMetrics.connections, logger: logger)
        let events: [ConnectionEvent] = [
            .opened, .opened, .closed, .refused, .refused, .cut(.evicted), .acceptFailed(reason: "none left"),
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
            store.messages.withLock { $0 } == [
                "Refused a connection past a limit, with none to end for it; further ones are only counted for a minute",
                "Cannot accept a connection; further ones are only counted for a minute",
            ])
    }
}
