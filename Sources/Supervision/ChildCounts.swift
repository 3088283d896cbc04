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
