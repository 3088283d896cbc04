public import LogTelemetry
public import Logging
import Systemd
import Telemetry

/// Writes swift-log records as fields of the systemd journal, for people at a terminal, or as lines of JSON or logfmt.
///
/// Logging never blocks: the thread that logs copies the record into a queue of its own, and one thread writes what is in all of
/// them. A queue holds 1 MiB. What comes on top is dropped and counted, `debug` first and `error` last, and the log says how many
/// it were. A normal end of the process waits for the queues for up to half a second; a crash loses what is in them.
///
/// A record carries the trace that the running task is in. Of records that say the same, 10 are written in 5 seconds, and then how
/// many there were. Values with the attribute `Sensitivity.sensitive` are left out.
@safe public struct JournalLogHandler: MessageEmitting {
    /// Records below it are not logged: the level that it was set to, or else that of `rules`.
    public var logLevel: Logger.Level {
        get {
            if let ownLevel { return ownLevel }
            return unsafe known._withUnsafeGuaranteedRef { $0.level }
        }
        set { ownLevel = newValue }
    }
    private var ownLevel: Logger.Level?
    // Kept for ever by `KnownLoggers`, or else by `own`.
    private let known: Unmanaged<KnownLogger>
    /// Nil where the logger has nothing of its own: then no reference is counted when swift-log copies the handler.
    private var own: Own?

    /// What a logger has for itself; a change makes a new one.
    private final class Own: Sendable {
        let metadata: Logger.Metadata
        let provider: Logger.MetadataProvider?
        /// Where nobody else keeps it.
        let logger: KnownLogger?

        init(metadata: Logger.Metadata, provider: Logger.MetadataProvider?, logger: KnownLogger?) {
            self.metadata = metadata
            self.provider = provider
            self.logger = logger
        }
    }

    /// Makes handlers that write in one format, for `LoggingSystem.bootstrap`.
    ///
    /// The journal is looked for once, when this is called. `format` and `level` become those of `rules`, for all loggers of the
    /// process. `identifier` is the journal's `SYSLOG_IDENTIFIER`, by default the name of the executable.
    public static func factory(
        format: Format = .auto, level: Logger.Level = .info, identifier: String? = nil
    ) -> @Sendable (_ label: String) -> any LogHandler {
        let loggers = ProcessLog.shared.loggers(identifier)
        RulesInUse.ofProcess.change { ($0.level, $0.format) = (level, format) }
        return { label in
            JournalLogHandler(
                label: label, of: loggers, metadataProvider: LoggingSystem.metadataProvider)
        }
    }

    /// A handler with the defaults of `factory`, for `LoggingSystem.bootstrap(JournalLogHandler.init)`.
    public init(label: String) {
        self.init(label: label, metadataProvider: LoggingSystem.metadataProvider)
    }

    /// The same with a metadata provider, for `LoggingSystem.bootstrap(JournalLogHandler.init, metadataProvider: .trace)`.
    public init(label: String, metadataProvider: Logger.MetadataProvider?) {
        self.init(
            label: label, of: ProcessLog.shared.standard, metadataProvider: metadataProvider)
    }

    /// Records lost since the start of the process because a queue was full or could not be written out.
    public static var droppedEntries: Int { ProcessLog.shared.queue.droppedRecords }

    /// Blocks the calling thread until the records logged before are written; false if `timeout` passed first.
    public static func flush(timeout: Duration) -> Bool {
        ProcessLog.shared.queue.flush(timeout: timeout)
    }

    init(
        label: String, of loggers: KnownLoggers,
        metadataProvider: Logger.MetadataProvider?
    ) {
        let (logger, isKept) = loggers.logger(label)
        unsafe known = Unmanaged.passUnretained(logger)
        if !isKept || metadataProvider != nil {
            own = Own(metadata: [:], provider: metadataProvider, logger: isKept ? nil : logger)
        }
    }

    /// Queues one record, or counts it as dropped.
    public func log(event: LogEvent) {
        unsafe known._withUnsafeGuaranteedRef { logger in
            LogEvents.emitMessage(by: logger.label, event.level)
            let record = RecordEncoder(
                label: logger.label, destination: logger.destination,
                time: wallClockMicroseconds(), logger: metadata, provided: own?.provider?.get() ?? [:],
                failure: event.error.map(LoggedError.init), trace: TraceContext.current)
            logger.queue.submit(event.level) { record.write(event, to: &$0) }
        }
    }

    /// Attached to every record; a statement's own metadata wins over it.
    public var metadata: Logger.Metadata {
        get { own?.metadata ?? [:] }
        set { own = Own(metadata: newValue, provider: own?.provider, logger: own?.logger) }
    }

    /// Asked at every record for metadata that wins over the logger's, not over the statement's.
    public var metadataProvider: Logger.MetadataProvider? {
        get { own?.provider }
        set { own = Own(metadata: metadata, provider: newValue, logger: own?.logger) }
    }

    /// One item of the logger's metadata.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { own?.metadata[key] }
        set { metadata[key] = newValue }
    }
}
