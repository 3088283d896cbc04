import LogTelemetry
import Logging
import Systemd
import TelemetryTesting
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct MessageEventTests {
    @Test func eachMessageFromTheLevelOnIsAnEvent() throws {
        let logger = Logger(label: "message.events") { label in
            JournalLogHandler(
                label: label, rules: RulesInUse(LogRules(level: .warning)),
                destinations: FormatDestinations { _ in .json(LineWriter(descriptor: -1)) },
                metadataProvider: nil)
        }
        let levels = try withCapture(of: LogEvents.message) { capture in
            for level in Logger.Level.allCases { logger.log(level: level, "") }
            return capture.events.filter { $0.logger == "message.events" }.map(\.level)
        }
        #expect(levels == [.warning, .error, .critical])
    }
}
