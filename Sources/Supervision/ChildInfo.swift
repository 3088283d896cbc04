/// One child as its supervisor sees it.
public struct ChildInfo: Sendable, Equatable {
    /// Where a child is in its life.
    public enum State: Sendable, Equatable {
        /// Its body runs but has not called ``ChildContext/ready()``.
        case starting
        /// It is up.
        case running
        /// It waits to be started again.
        case restarting
        /// It has ended, was stopped or was never started.
        case stopped
    }

    /// The id of its spec.
    public let id: String
    /// Worker or supervisor.
    public let kind: ChildSpec.Kind
    /// Where it is in its life.
    public let state: State

    /// Describes a child.
    public init(id: String, kind: ChildSpec.Kind, state: State) {
        self.id = id
        self.kind = kind
        self.state = state
    }
}
