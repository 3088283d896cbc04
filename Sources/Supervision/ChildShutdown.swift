/// How long a supervisor waits for a child that it has cancelled.
public enum ChildShutdown: Sendable, Equatable {
    /// Not at all: the child is cancelled and abandoned, so its successor may start before it has returned.
    case brutal
    /// So long; a child that is still running then is stuck, and the supervisor fails.
    case timeout(Duration)
    /// For ever.
    case infinity

    var isValid: Bool {
        guard case .timeout(let timeout) = self else { return true }
        return timeout >= .zero
    }
}
