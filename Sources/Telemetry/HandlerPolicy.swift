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
