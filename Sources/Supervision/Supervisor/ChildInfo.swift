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

/// How many children a supervisor has.
public struct ChildCounts: Sendable, Equatable {
    /// All specs, whether their children run or not.
    public let specs: Int
    /// Children that are up.
    public let active: Int
    /// Specs of supervisors, whether they run or not.
    public let supervisors: Int
    /// Specs of workers, whether they run or not.
    public let workers: Int

    init(_ children: [ChildInfo]) {
        specs = children.count
        active = children.count { $0.state == .running }
        supervisors = children.count { $0.kind == .supervisor }
        workers = children.count { $0.kind == .worker }
    }
}
