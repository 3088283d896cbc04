/// Stopping one child, or all of them at once.
extension DynamicChildren {
    /// A child that is to be stopped.
    struct Stop {
        enum Course: Equatable {
            /// It is gone at once; `wasAlive` is false where it only waited for a restart.
            case gone(wasAlive: Bool)
            /// It is waited for, and stuck after the timeout where there is one.
            case waits(timeout: Duration?)
        }

        let id: String
        let course: Course
        let wasUp: Bool
        /// To be cancelled.
        let task: Task<Void, Never>?
        /// Who waited for its start.
        let start: Answer?
        let whenAbandoned: (any AbandonedListener)?
    }

    /// A child that did not end in time, and is gone.
    struct Late {
        let id: String
        let termination: Termination?
        let whenAbandoned: (any AbandonedListener)?
    }

    mutating func terminate(_ handle: ChildHandle, _ answer: Answer) throws(SupervisionError) -> Stop? {
        guard case .running = phase else { throw .notRunning(supervisor: name) }
        guard let child = child(handle) else { throw .notFound(id: handle.id) }
        let isStopping = child.status == .stopping
        let stop = stop(child)
        if case .waits = stop.course {
            terminations[handle.number, default: Termination()].answers.append(answer)
        }
        return isStopping ? nil : stop
    }

    /// Keeps what ends the wait for a child's end; false when the child has ended.
    mutating func keep(timer: Task<Void, Never>, of handle: ChildHandle) -> Bool {
        guard terminations[handle.number] != nil else { return false }
        terminations[handle.number]?.timer = timer
        return true
    }

    /// Begins to stop every child; those that are being stopped already get their whole timeout again.
    mutating func stopAll() -> [Stop] {
        if case .running = phase { phase = .stopping(nil) }
        return Array(children.elements).map { stop($0) }
    }

    /// Gives up a child that is still being stopped; nil when it has ended.
    mutating func isLate(_ handle: ChildHandle) -> Late? {
        guard let child = child(handle), child.status == .stopping else { return nil }
        if case .running = phase { phase = .stopping(nil) }
        stuck.append(handle.id)
        return Late(id: handle.id, termination: remove(handle), whenAbandoned: child.identity.whenAbandoned)
    }

    /// Gives up those children of that timeout that are still being stopped.
    mutating func areLate(_ timeout: Duration) -> [Late] {
        let late = children.elements.filter {
            $0.status == .stopping && $0.spec.shutdown == .timeout(timeout)
        }
        return late.compactMap { isLate($0.handle) }
    }

    /// Whether nothing is started or restarted any more.
    var isStopping: Bool {
        if case .stopping = phase { return true }
        return false
    }

    /// Whether nothing is left to wait for.
    var isOver: Bool { isStopping && children.isEmpty && unreported == 0 }

    /// Ends the life; returns why it failed, if it did.
    mutating func finish() -> SupervisionError? {
        guard case .stopping(let cause) = phase else { return nil }
        phase = .idle
        return stuck.isEmpty ? cause : .stuck(children: stuck, cause: cause)
    }

    private mutating func stop(_ child: Child) -> Stop {
        Stop(
            id: child.handle.id, course: course(child), wasUp: child.isUp, task: child.task,
            start: child.start,
            whenAbandoned: child.identity.whenAbandoned)
    }

    private mutating func course(_ child: Child) -> Stop.Course {
        let isRestarting = child.status == .restarting
        guard !isRestarting, child.spec.shutdown != .brutal else {
            _ = remove(child.handle)
            return .gone(wasAlive: !isRestarting)
        }
        children[child.handle.slot]?.status = .stopping
        children[child.handle.slot]?.start = nil
        guard case .timeout(let timeout) = child.spec.shutdown else { return .waits(timeout: nil) }
        return .waits(timeout: timeout)
    }
}
