#if Logging
@_exported public import LogTelemetry
public import Logging
import Telemetry

/// Passes messages on, and emits an event for each, which every exporter counts as `heliograph_log_messages_total`.
///
/// ```swift
/// LoggingSystem.bootstrap { ObservedLogHandler(StreamLogHandler.standardError(label: $0), label: $0) }
/// ```
///
/// Messages below the level of the logger are not counted. `JournalLogHandler` needs none around it, and has none counted twice.
/// Thread-safe where the handler behind it is.
public struct ObservedLogHandler<Base: LogHandler>: LogHandler {
    private var base: Base
    private let label: String
    /// Whether the handler behind it does not do so itself.
    private let emits: Bool

    /// Counts for `label`, the name of the logger, what `base` logs.
    public init(_ base: Base, label: String) {
        self.base = base
        self.label = label
        emits = !(base is any MessageEmitting)
    }

    /// Emits `LogEvents.message`, but for what a handler of it logs, and logs.
    public func log(event: LogEvent) {
        if emits { LogEvents.emitMessage(by: label, event.level) }
        base.log(event: event)
    }

    /// That of the handler behind it.
    public var metadataProvider: Logger.MetadataProvider? {
        get { base.metadataProvider }
        set { base.metadataProvider = newValue }
    }

    /// That of the handler behind it.
    public var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue }
    }

    /// That of the handler behind it.
    public var logLevel: Logger.Level {
        get { base.logLevel }
        set { base.logLevel = newValue }
    }

    /// That of the handler behind it.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue }
    }
}
#endif
