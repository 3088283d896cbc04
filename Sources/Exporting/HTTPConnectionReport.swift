import Logging
import Microhttpd
import Synchronization
import TelemetryMetrics

/// Counts what happens to the connections of one HTTP server, and logs now and then what should not happen.
final class HTTPConnectionReport: Sendable {
    private static let source = "http"
    private let metrics: ConnectionMetrics
    private let open: SeriesHandle?
    private let logger: Logger
    private let lastWarning = Mutex<[Warning: ContinuousClock.Instant]>([:])

    private enum Warning {
        case refused, clientRefused, acceptFailed
    }

    /// Begins with no connection open.
    init(_ metrics: ConnectionMetrics, logger: Logger) {
        self.metrics = metrics
        self.logger = logger
        open = metrics.begin(source: Self.source)
        for cause in ConnectionEvent.CutCause.allCases {
            _ = metrics.cut.handle(labels: [Self.source, cause.rawValue])
        }
    }

    func note(_ event: ConnectionEvent) {
        switch event {
        case .opened: open?.move(by: 1)
        case .closed: open?.move(by: -1)
        case .cut(let cause): metrics.cut.add(1, labels: [Self.source, cause.rawValue])
        case .refused:
            metrics.refused.add(1, labels: [Self.source])
            warn(.refused, "Refused a connection past a limit, with none to end for it", [:])
        case .clientRefused(let reason):
            warn(.clientRefused, "Refused a TLS client", ["reason": "\(reason)"], level: .notice)
        case .acceptFailed(let reason):
            metrics.acceptFailures.add(1, labels: [Self.source])
            warn(.acceptFailed, "Cannot accept a connection", ["reason": "\(reason)"])
        }
    }

    /// Once a minute, as clients can cause as many as they like.
    private func warn(
        _ warning: Warning, _ message: String, _ metadata: Logger.Metadata, level: Logger.Level = .warning
    ) {
        let isDue = lastWarning.withLock { last in
            let now = ContinuousClock.now
            if let before = last[warning], now < before.advanced(by: .seconds(60)) { return false }
            last[warning] = now
            return true
        }
        if isDue {
            logger.log(
                level: level, "\(message); further ones are only counted for a minute", metadata: metadata)
        }
    }
}
