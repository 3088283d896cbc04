/// Which children are restarted along with the one that ended.
public enum RestartStrategy: Sendable, Equatable, CaseIterable {
    /// None but that child.
    case oneForOne
    /// All of them.
    case oneForAll
    /// Those that come after it in the start order.
    case restForOne
}
