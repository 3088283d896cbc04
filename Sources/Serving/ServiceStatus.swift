import Supervision
import TelemetryMetrics

/// The line of `systemctl status` while nothing is wrong.
struct ServiceStatus: Sendable {
    /// Where metrics are served.
    let place: String
    let store: MetricStore
    let ingest: IngestMetrics

    private static let pace = Duration.seconds(5)

    /// How it is at this moment.
    var text: String {
        let events = ingest.totals
        return "Serving metrics on \(place): \(store.seriesCount) series,"
            + " \(events.counted) events counted, \(events.rejected) rejected"
    }

    /// Keeps the line at most five seconds old.
    func child(_ manager: ManagerReport) -> ChildSpec {
        ChildSpec("status") {
            while true {
                try await Task.sleep(for: Self.pace)
                manager.serving(text)
            }
        }
    }
}
