/// When a child that ended by itself is started again.
public enum RestartPolicy: Sendable, Equatable, CaseIterable {
    /// Always.
    case permanent
    /// Only after an abnormal end; after a normal one the spec is kept and the child stays stopped.
    case transient
    /// Never: its spec is deleted with it.
    case temporary

    /// What becomes of a child that ended by itself.
    package enum Verdict: Sendable, Equatable {
        /// Start it again, if the intensity permits.
        case restart
        /// Leave it stopped and keep its spec.
        case keepStopped
        /// Delete its spec.
        case remove
    }

    /// Decides for an end that the supervisor did not ask for; `abnormal` means that the child threw.
    package func verdict(abnormal: Bool) -> Verdict {
        switch self {
        case .permanent: .restart
        case .transient: abnormal ? .restart : .keepStopped
        case .temporary: .remove
        }
    }
}
