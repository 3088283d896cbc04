public import LogTelemetry
public import Logging
import Systemd
import Telemetry

/// Writes swift-log records as fields of the systemd journal, or as one JSON object per line elsewhere.
///
/// Logging never blocks: a record is formatted by the thread that logs and queued for a thread that writes. A
/// queue holds 8192 records and 8 MiB; what comes on top is dropped and counted. A normal end of the process
/// waits for the queue for up to half a second; a crash loses what is in it.
public struct JournalLogHandler: MessageEmitting {
    /// Records below it are not logged: the level that it was set to, or else that of `rules`.
    public var logLevel: Logger.Level {
        get { ownLevel ?? rules.level }
        set { ownLevel = newValue }
    }
    /// Attached to every record; a statement's own metadata wins over it.
    public var metadata: Logger.Metadata = [:]
    /// Asked at every record for metadata that wins over the logger's, not over the statement's.
    public var metadataProvider: Logger.MetadataProvider?

    private var ownLevel: Logger.Level?
    private let rules: LoggerRules
    private let label: String
    private let destinations: FormatDestinations

    /// Makes handlers that write in one format, for `LoggingSystem.bootstrap`.
    ///
    /// The journal is looked for once, when this is called. `format` and `level` become those of `rules`, for all loggers of the process.
    /// `identifier` is the journal's `SYSLOG_IDENTIFIER`, by default the name of the executable.
    public static func factory(
        format: Format = .auto, level: Logger.Level = .info, identifier: String? = nil
    ) -> @Sendable (_ label: String) -> any LogHandler {
        let destinations = FormatDestinations.ofProcess(identifier)
        RulesInUse.ofProcess.change { ($0.level, $0.format) = (level, format) }
        return { label in
            JournalLogHandler(
                label: label, destinations: destinations,
                metadataProvider: LoggingSystem.metadataProvider)
        }
    }

    /// A handler with the defaults of `factory`, for `LoggingSystem.bootstrap(JournalLogHandler.init)`.
    public init(label: String) {
        self.init(
            label: label, destinations: FormatDestinations.standard,
            metadataProvider: LoggingSystem.metadataProvider)
    }

    /// The same with a metadata provider, for `LoggingSystem.bootstrap(JournalLogHandler.init, metadataProvider: .trace)`.
    public init(label: String, metadataProvider: Logger.MetadataProvider?) {
        self.init(
            label: label, destinations: FormatDestinations.standard,
            metadataProvider: metadataProvider)
    }

    /// Records lost since the start of the process because a queue was full or could not be written out.
    public static var droppedEntries: Int { ProcessWriters.droppedEntries }

    /// Blocks the calling thread until the records logged before are written; false if `timeout` passed first.
    public static func flush(timeout: Duration) -> Bool {
        ProcessWriters.flush(timeout: timeout)
    }

    init(
        label: String, rules: RulesInUse = .ofProcess, destinations: FormatDestinations,
        metadataProvider: Logger.MetadataProvider?
    ) {
        self.label = label
        self.rules = LoggerRules(label: label, inUse: rules)
        self.destinations = destinations
        self.metadataProvider = metadataProvider
    }

    /// One item of the logger's metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Formats one record and queues it, or counts it as dropped.
    public func log(event: LogEvent) {
        LogEvents.message.emit(LogEvents.Message(logger: label, level: event.level))
        destinations[rules.format].write(
            LogRecord(
                event: event, label: label, time: wallClockMicroseconds(), logger: metadata,
                provider: metadataProvider))
    }
}

extension FormatDestinations {
    /// Where the handlers of `init` write; the journal is looked for once, for the first of them.
    fileprivate static let standard = ofProcess(nil)

    /// Destinations that are flushed when the process ends.
    fileprivate static func ofProcess(_ identifier: String?) -> FormatDestinations {
        _ = ProcessWriters.flushesAtExit
        let identifier = identifier ?? executableName()
        return FormatDestinations { LogDestination(format: $0, identifier: identifier) }
    }
}

private func executableName() -> String {
    let path = CommandLine.arguments.first ?? ""
    return path.split(separator: "/").last.map(String.init) ?? "swift"
}
