#if Logging
public import Logging
public import Telemetry

/// The events of messages that an `ObservedLogHandler` passes on.
public enum LogEvents {
    /// A message is about to be logged: `log.message`.
    public static let message = Event<Message>("log.message")

    /// The names of all of them.
    static let names = ["log.message"]

    /// A message that is about to be logged.
    public struct Message: Sendable {
        /// The label of the logger.
        public let logger: String
        /// How bad it is.
        public let level: Logger.Level
    }
}
#endif
