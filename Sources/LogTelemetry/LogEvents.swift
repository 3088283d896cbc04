public import Logging
public import Telemetry

/// The events of messages that are logged.
public enum LogEvents {
    /// A message is about to be logged, by the name `log.message`.
    ///
    /// Every exporter counts them, by level and logger.
    public static let message = Event<Message>("log.message")

    /// A message that is about to be logged.
    public struct Message: Sendable {
        /// The label of the logger.
        public let logger: String
        /// How bad it is.
        public let level: Logger.Level

        /// A message from its parts.
        public init(logger: String, level: Logger.Level) {
            self.logger = logger
            self.level = level
        }
    }
}

/// A handler that emits `LogEvents.message` for each message itself, so that a handler around it need not.
public protocol MessageEmitting: LogHandler {}
