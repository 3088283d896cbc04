/// What becomes of a handler that throws.
///
/// Other handlers of the event run in any case.
public enum HandlerPolicy: Sendable, Equatable {
    /// It is detached from all its events, as on the BEAM.
    case detach
    /// It stays attached and is called for the next event.
    case keep
    /// It is not called for a while: `initial` after the first failure of a streak, doubled with each further one, at most
    /// `maximum`. An event that it handles without throwing ends the streak.
    case quarantine(initial: Duration, maximum: Duration)

    /// Quarantine from one second up to five minutes.
    public static var quarantine: HandlerPolicy {
        .quarantine(initial: .seconds(1), maximum: .seconds(300))
    }
}

/// The payload of the event `telemetry.handler.failure`.
public struct HandlerFailure: Sendable {
    /// The event whose handler threw.
    public let event: EventName
    /// The id that the handler was attached under.
    public let handlerID: String
    /// Whether it failed or was cancelled.
    public let kind: Kind
    /// What it threw.
    public let error: any Error
    /// What is done about it.
    public let policy: HandlerPolicy
    /// How often it has thrown since it last handled this event without throwing; at least 1.
    public let consecutiveFailures: Int
    /// From `monotonicTime` until it may be called again: zero under `keep`, nil once it is detached.
    public let retryDelay: Duration?
    /// When it was caught, on the monotonic clock.
    public let monotonicTime: ContinuousClock.Instant
    /// When it was caught, since the Unix epoch.
    public let systemTime: Duration

    /// What a handler can throw, as a label.
    public enum Kind: String, Sendable, LabelValue {
        /// Any error but the next.
        case error
        /// A `CancellationError`.
        case cancellation
    }

    /// The name of the type of `error`, for a label: there are few of them, and many texts.
    public var errorType: String { "\(type(of: error))" }
}
