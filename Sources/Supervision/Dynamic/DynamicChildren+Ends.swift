/// What follows from children that came up or ended.
extension DynamicChildren {
    /// What to do about a child whose body is over.
    enum Decision {
        /// Start it again after a wait.
        case restart(ChildEnd, after: Duration)
        /// It is gone.
        case gone(ChildEnd, Termination?)
        /// It never came up, and is gone.
        case failedToStart(ChildFailure, Answer)
        /// It is gone, and takes the supervisor with it; `stuck` are children that it had to abandon itself.
        case failed(ChildEnd, Termination?, start: Answer?, stuck: [String])
        /// It was given up before.
        case forgotten
    }

    /// Returns nil unless the child comes up by its start number `restart`; otherwise who waits for that, if anybody does.
    mutating func isUp(_ handle: ChildHandle, restart: UInt32, at now: Duration) -> Answer?? {
        guard let child = child(handle), child.status == .starting, child.restarts == restart else {
            return nil
        }
        children[handle.slot]?.status = .running
        children[handle.slot]?.isUp = true
        children[handle.slot]?.upSince = now
        children[handle.slot]?.start = nil
        return .some(child.start)
    }

    mutating func ended(_ handle: ChildHandle, _ failure: ChildFailure?, at now: Duration) -> Decision {
        guard let child = child(handle) else { return .forgotten }
        let isStopping = child.status == .stopping
        let left = failure?.stuckDescendants(of: handle.id) ?? []
        guard left.isEmpty else {
            stuck += left
            return fail(
                child, isStopping ? ChildEnd(whileStopping: failure) : ChildEnd(byItself: failure), nil)
        }
        if isStopping { return .gone(ChildEnd(whileStopping: failure), remove(handle)) }
        if let failure, let start = child.start {
            _ = remove(handle)
            return .failedToStart(failure, start)
        }
        return endedByItself(child, failure, at: now)
    }

    /// The wait of a child is over; false when it is not to be started any more.
    mutating func startAgain(_ handle: ChildHandle, at now: Duration) -> Bool {
        guard let child = child(handle), child.status == .restarting, case .running = phase else {
            return false
        }
        children[handle.slot]?.status = child.spec.signalsReady ? .starting : .running
        children[handle.slot]?.isUp = !child.spec.signalsReady
        children[handle.slot]?.upSince = now
        return true
    }

    private mutating func endedByItself(
        _ child: Child, _ failure: ChildFailure?, at now: Duration
    ) -> Decision {
        let end = ChildEnd(byItself: failure)
        // A transient child that returned goes too: nothing could name its spec to start it again.
        guard case .running = phase, child.spec.restart.verdict(abnormal: failure != nil) == .restart else {
            return .gone(end, remove(child.handle))
        }
        guard history.record(failureAt: now) == .restart else {
            return fail(child, end, .tooManyRestarts(id: child.handle.id, last: end, intensity))
        }
        return .restart(end, after: prepareRestart(child, failure, at: now))
    }

    /// Returns the wait before the restart.
    private mutating func prepareRestart(
        _ child: Child, _ failure: ChildFailure?, at now: Duration
    ) -> Duration {
        var child = child
        let backoff = child.spec.backoff
        if let backoff, child.status == .running, now - child.upSince > backoff.cap {
            child.failuresInARow = 0
        }
        child.failuresInARow &+= 1
        child.restarts &+= 1
        child.status = .restarting
        if let failure { child.lastFailure = PastFailure(failure, at: now) }
        children[child.handle.slot] = child
        return backoff?.delay(afterFailures: Int(child.failuresInARow)) ?? .zero
    }

    private mutating func fail(_ child: Child, _ end: ChildEnd, _ cause: SupervisionError?) -> Decision {
        if case .running = phase { phase = .stopping(cause) }
        return .failed(end, remove(child.handle), start: child.start, stuck: stuck)
    }
}
