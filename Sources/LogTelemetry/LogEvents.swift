public import Logging
public import Telemetry

/// The events of messages that are logged.
public enum LogEvents {
    /// A message is about to be logged, by the name `log.message`.
    ///
    /// Every exporter counts them, by level and logger. What a handler of it logs is no such event: it would call itself.
    public static let message = Event<Message>("log.message")

    /// Whether the running task, or the thread outside of one, is in a handler of `message`.
    @TaskLocal private static var isHandling = false

    /// Emits `message`, but for what its own handlers log.
    package static func emitMessage(by logger: String, _ level: Logger.Level) {
        guard message.isObserved, !isHandling else { return }
        $isHandling.withValue(true) { message.emit(Message(logger: logger, level: level)) }
    }

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
