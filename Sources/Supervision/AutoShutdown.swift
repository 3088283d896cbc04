/// Whether a supervisor ends, normally, because significant children ended by themselves.
///
/// Only the normal end of a transient child and any end of a temporary one count; stopping a child does not.
public enum AutoShutdown: Sendable, Equatable, CaseIterable {
    /// No; then no child may be significant.
    case never
    /// As soon as one has.
    case anySignificant
    /// When no significant child is left that runs or is being restarted.
    case allSignificant
}
