import HeliographLogging
import Logging
import TelemetryTesting
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LoggingHookTests {
    /// Counts nothing, and keeps what a handler keeps.
    private struct Silent: LogHandler {
        var metadata: Logger.Metadata = [:]
        var metadataProvider: Logger.MetadataProvider?
        var logLevel = Logger.Level.info

        func log(event: LogEvent) {}

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }
    }

    @Test func messagesFromTheLevelOnAreCounted() throws {
        var logger = Logger(label: "levels") { ObservedLogHandler(Silent(), label: $0) }
        let levels = try withCapture(of: LogEvents.message) { capture in
            for level in Logger.Level.allCases { logger.log(level: level, "") }
            logger.logLevel = .error
            logger.warning("")
            logger.error("")
            return capture.events.filter { $0.logger == "levels" }.map(\.level)
        }
        #expect(levels == [.info, .notice, .warning, .error, .critical, .error])
    }

    @Test func metadataIsThatOfTheHandlerBehind() {
        var handler = ObservedLogHandler(Silent(), label: "metadata")
        handler[metadataKey: "a"] = "1"
        handler.metadata["b"] = "2"
        #expect(handler.metadata == ["a": "1", "b": "2"])
        #expect(handler[metadataKey: "b"] == "2")
        handler.metadataProvider = Logger.MetadataProvider { ["c": "3"] }
        #expect(handler.metadataProvider?.get() == ["c": "3"])
    }
}
