import Synchronization

/// The daemons that get new connections, and those before that finish theirs.
///
/// The accepting thread alone gives connections to a group and settles the retired ones. So none that was found empty gets
/// another connection.
final class DaemonGroups: Sendable {
    private struct Retired {
        let group: DaemonGroup
        let since: ContinuousClock.Instant
        /// When its connections are cut.
        var deadline: ContinuousClock.Instant
    }

    private struct State {
        var current: DaemonGroup
        var retired: [Retired] = []
        var isEnded = false
    }

    private let state: Mutex<State>

    /// More wait for those before them to end.
    static let mostRetired = 2
    /// How long a connection has to be idle to be closed: one that is in use closes with its next answer.
    private static let patience = Duration.seconds(1)

    init(_ first: DaemonGroup) {
        state = Mutex(State(current: first))
    }

    /// The group that gets new connections.
    var current: DaemonGroup { state.withLock { $0.current } }

    var retiredCount: Int { state.withLock { $0.retired.count } }

    /// Retires the current group, whose connections have until `bound` is over; false once all have ended.
    func replace(with group: DaemonGroup, bound: Duration) -> Bool {
        state.withLock { state in
            guard !state.isEnded else { return false }
            let now = ContinuousClock.now
            state.current.terms.retire()
            state.retired.append(Retired(group: state.current, since: now, deadline: now + bound))
            state.current = group
            return true
        }
    }

    /// Has the group that was retired first cut its connections when it is settled next.
    func hurry() {
        state.withLock { state in
            if !state.retired.isEmpty { state.retired[0].deadline = .now }
        }
    }

    /// Ends connections of retired groups that are idle or too late, and stops the groups that have none.
    func settle(_ connections: ConnectionTable, at now: ContinuousClock.Instant) {
        let retired = state.withLock { $0.retired }
        for one in retired {
            let generation = one.group.terms.generation
            if one.deadline <= now {
                connections.cutAll(of: generation)
            } else if one.since.advanced(by: Self.patience) <= now {
                connections.closeIdle(of: generation, since: now - Self.patience)
            }
            guard connections.count(of: generation) == 0 else { continue }
            one.group.stop()
            state.withLock { state in state.retired.removeAll { $0.group === one.group } }
        }
    }

    /// Stops all groups; the accepting thread must have ended.
    func stop() {
        let groups = state.withLock { state in
            state.isEnded = true
            defer { state.retired = [] }
            return state.retired.map(\.group) + [state.current]
        }
        for group in groups { group.stop() }
    }
}
