// Logs as fields of the journal, or as JSON lines on standard error; each line of a trace names it.

import Heliograph
import JournalLogging
import Logging

if CommandLine.arguments.contains("--traced") {
    LoggingSystem.bootstrap(JournalLogHandler.init, metadataProvider: .trace)
} else {
    LoggingSystem.bootstrap(JournalLogHandler.init)
}
Logger(label: "shop").info("Open", metadata: ["doors": "\(2)"])
