/// Everything a dynamic supervisor decides, without tasks, clocks or locks.
///
/// Children know nothing of one another: each is started, restarted and stopped by itself, at the same time as others. What they
/// share is the limit of their number, the intensity, and the end of all.
struct DynamicChildren {
    typealias Answer = Promise<Result<Void, SupervisionError>>

    enum Status: Equatable {
        case starting
        case running
        /// Waits to be started again.
        case restarting
        /// Was cancelled, and is waited for.
        case stopping
    }

    /// One child; kept small, as there may be a million.
    struct Child {
        let identity: DynamicChild
        var status: Status
        /// Whether it came up in this life.
        var isUp: Bool
        /// So that a late word of a former start is ignored.
        var restarts: UInt32 = 0
        var failuresInARow: UInt32 = 0
        /// When it came up last.
        var upSince: Duration
        /// Who waits for the first start.
        var start: Answer?
        var task: Task<Void, Never>?
        var lastFailure: PastFailure?

        var spec: ChildSpec { identity.spec }
        var handle: ChildHandle { identity.handle }
    }

    enum Phase {
        case idle
        case running
        /// Nothing is started or restarted any more; `error` is why, nil where it was told to stop.
        case stopping(SupervisionError?)
    }

    let name: String
    let maxChildren: Int?
    let intensity: RestartIntensity

    var phase = Phase.idle
    var children = SlotTable<Child>()
    /// Who waits for the ends of which children, by their numbers.
    var terminations: [Int: Termination] = [:]
    var stuck: [String] = []
    /// How many children were removed, of which not everybody was told yet.
    var unreported = 0
    var history: RestartHistory

    /// Who waits for the end of a child.
    struct Termination {
        var answers: [Answer] = []
        var timer: Task<Void, Never>?
    }

    init(name: String, maxChildren: Int?, intensity: RestartIntensity) {
        (self.name, self.maxChildren, self.intensity) = (name, maxChildren, intensity)
        history = RestartHistory(intensity)
    }

    /// Begins a life without children; false while another one is not over.
    mutating func begin() -> Bool {
        guard case .idle = phase else { return false }
        self = DynamicChildren(name: name, maxChildren: maxChildren, intensity: intensity)
        phase = .running
        return true
    }

    /// Makes room for a child that is about to start; it is up at once unless `start` waits for it.
    mutating func add(
        _ spec: ChildSpec, number: Int, start: Answer?, whenAbandoned: (any AbandonedListener)? = nil,
        at now: Duration
    ) throws(SupervisionError) -> DynamicChild {
        guard case .running = phase else { throw .notRunning(supervisor: name) }
        if let maxChildren, children.count >= maxChildren { throw .maxChildren(maxChildren) }
        let identity = DynamicChild(spec, slot: children.nextSlot, number: number, whenAbandoned)
        children.insert(
            Child(
                identity: identity, status: start == nil ? .running : .starting, isUp: start == nil,
                upSince: now,
                start: start))
        return identity
    }

    func child(_ handle: ChildHandle) -> Child? {
        guard let child = children[handle.slot], child.identity.number == handle.number else {
            return nil
        }
        return child
    }

    func list() throws(SupervisionError) -> [Child] {
        guard case .running = phase else { throw .notRunning(supervisor: name) }
        return Array(children.elements)
    }

    /// Keeps the task of a child that was just added; false when the child is gone or is to be stopped.
    mutating func keep(_ task: Task<Void, Never>, of handle: ChildHandle) -> Bool {
        guard let child = child(handle) else { return false }
        children[handle.slot]?.task = task
        return child.status != .stopping
    }

    /// Removes a child, and whatever waits for its end is to be told.
    mutating func remove(_ handle: ChildHandle) -> Termination? {
        unreported += 1
        children.remove(at: handle.slot)
        return terminations.removeValue(forKey: handle.number)
    }
}

extension DynamicChildren.Child {
    var info: ChildInfo {
        ChildInfo(id: handle.id, kind: spec.kind, state: state)
    }

    /// One that is being stopped is up until it has ended.
    private var state: ChildInfo.State {
        switch status {
        case .starting: .starting
        case .running, .stopping: .running
        case .restarting: .restarting
        }
    }
}

/// What never changes of a child, shared by the table and the child's task.
final class DynamicChild: Sendable {
    let spec: ChildSpec
    let slot: Int
    let number: Int
    let whenAbandoned: (any AbandonedListener)?

    init(_ spec: ChildSpec, slot: Int, number: Int, _ whenAbandoned: (any AbandonedListener)?) {
        (self.spec, self.slot, self.number, self.whenAbandoned) = (spec, slot, number, whenAbandoned)
    }

    var handle: ChildHandle { ChildHandle(id: spec.id, slot: slot, number: number) }
}
