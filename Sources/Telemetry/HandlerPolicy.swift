/// What becomes of a handler that throws.
///
/// Other handlers of the event run in any case.
public enum HandlerPolicy: Sendable, Equatable {
    /// It is detached from all its events, as on the BEAM.
    case detach
    /// It stays attached and is called for the next event.
    case keep
    /// It is not called for a while: `initial` after the first failure, doubled with every further one in a row up to
    /// `maximum`. An event that it handles without throwing ends the row.
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
    /// What it threw.
    public let error: any Error
    /// What was done about it.
    public let policy: HandlerPolicy
    /// When it was caught, on the monotonic clock.
    public let monotonicTime: ContinuousClock.Instant
    /// When it was caught, since the Unix epoch.
    public let systemTime: Duration
}
