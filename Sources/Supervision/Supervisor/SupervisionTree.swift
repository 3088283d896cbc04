/// A supervisor and all that is below it, as they were at one moment each.
public struct SupervisionTree: Sendable, Equatable {
    /// A child of a supervisor, and what became of it so far.
    public struct Child: Sendable, Equatable {
        /// Its id, its kind and where it is in its life.
        public let info: ChildInfo
        /// How often it was restarted since its supervisor runs, those restarts included that failed.
        public let restarts: Int
        /// How long it has been up; nil while it is not.
        public let uptime: Duration?
        /// The last error it threw since its supervisor runs, but those while it was being stopped.
        public let lastError: String?
        /// How long ago that was.
        public let timeSinceLastError: Duration?
        /// What is below it, where it is a supervisor.
        public internal(set) var tree: SupervisionTree?
    }

    /// The name of the supervisor.
    public let name: String
    /// Whether it runs, and is not about to end; otherwise no children are listed.
    public let isRunning: Bool
    /// In the order of their start, those of a dynamic supervisor in none.
    public let children: [Child]
}

/// A supervisor that can be asked for its tree.
protocol SupervisionNode: AnyObject, Sendable {
    func tree() async throws -> SupervisionTree
}

/// A child, and whom to ask for what is below it.
struct ChildReport: Sendable, Equatable {
    let child: SupervisionTree.Child
    let node: (any SupervisionNode)?

    static func == (left: ChildReport, right: ChildReport) -> Bool { left.child == right.child }
}

extension [ChildReport] {
    /// The children with what is below them.
    func trees() async throws -> [SupervisionTree.Child] {
        var children: [SupervisionTree.Child] = []
        for report in self {
            var child = report.child
            child.tree = try await report.node?.tree()
            children.append(child)
        }
        return children
    }
}

extension Supervisor: SupervisionNode {
    /// The supervisor and all that is below it, answered even while a child is being started or stopped.
    ///
    /// Throws nothing but `CancellationError`, when the caller is cancelled.
    public func tree() async throws -> SupervisionTree {
        do {
            return SupervisionTree(name: name, isRunning: true, children: try await reports().trees())
        } catch is SupervisionError {
            return SupervisionTree(name: name, isRunning: false, children: [])
        }
    }
}

extension DynamicSupervisor: SupervisionNode {
    /// The supervisor and all that is below it.
    ///
    /// Throws nothing but `CancellationError`, when the caller is cancelled.
    public func tree() async throws -> SupervisionTree {
        do {
            return SupervisionTree(name: name, isRunning: true, children: try await reports().trees())
        } catch is SupervisionError {
            return SupervisionTree(name: name, isRunning: false, children: [])
        }
    }

    private func reports() throws(SupervisionError) -> [ChildReport] {
        let now = elapsed()
        return try decide { children throws(SupervisionError) in try children.list() }.map {
            $0.report(at: now)
        }
    }
}

extension TaskSupervisor {
    /// The supervisor and its tasks; throws nothing but `CancellationError`, when the caller is cancelled.
    public func tree() async throws -> SupervisionTree {
        try await children.tree()
    }
}

extension SupervisorMachine.Child {
    func report(at now: Duration) -> ChildReport {
        ChildReport(
            child: .init(
                info, restarts: restarts, upSince: upSince ?? now, lastFailure: lastFailure, at: now),
            node: spec.node)
    }
}

extension DynamicChildren.Child {
    func report(at now: Duration) -> ChildReport {
        ChildReport(
            child: .init(
                info, restarts: Int(restarts), upSince: upSince, lastFailure: lastFailure, at: now),
            node: spec.node)
    }
}

extension SupervisionTree.Child {
    fileprivate init(
        _ info: ChildInfo, restarts: Int, upSince: Duration, lastFailure: PastFailure?, at now: Duration
    ) {
        (self.info, self.restarts) = (info, restarts)
        uptime = info.state == .running ? now - upSince : nil
        lastError = lastFailure.map { "\($0.failure)" }
        timeSinceLastError = lastFailure.map { now - $0.instant }
        tree = nil
    }
}
