package import Logging
import Synchronization

/// Keeps what its logger is told.
package final class CapturedLog: Sendable {
    /// One entry; the metadata are texts.
    package struct Entry: Sendable, Equatable {
        package let level: Logger.Level
        package let message: String
        package let metadata: [String: String]

        package init(_ level: Logger.Level, _ message: String, _ metadata: [String: String] = [:]) {
            self.level = level
            self.message = message
            self.metadata = metadata
        }
    }

    private let state = Mutex<[Entry]>([])

    /// An empty log.
    package init() {}

    /// All that was logged, oldest first.
    package var entries: [Entry] { state.withLock { $0 } }

    /// Logs everything from `trace` on here.
    package var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
            log.state.withLock { $0.append(Entry(event.level, "\(event.message)", metadata)) }
        }
    }
}
