/// What follows from children that ended by themselves or failed to start.
extension SupervisorMachine {
    mutating func settleEnd(of id: String) {
        guard let index = index(of: id), case .ended(let failure) = children[index].status else { return }
        let child = children[index]
        if let left = failure?.stuckDescendants(of: id), !left.isEmpty {
            // A successor would run beside what is stuck.
            children[index].status = .stopped
            goOnAfterStop(leaving: left)
            return
        }
        switch child.spec.restart.verdict(abnormal: failure != nil) {
        case .restart:
            forgiveFailures(index)
            guard let delay = countFailure(index, ChildEnd(byItself: failure)) else { return }
            restart(id, after: delay)
        case .keepStopped:
            children[index].status = .stopped
            shutDownAutomatically(after: child.spec)
        case .remove:
            children.remove(at: index)
            shutDownAutomatically(after: child.spec)
        }
    }

    /// Called when a child threw before it was ready, while its start was waited for.
    mutating func startFailed(_ index: Int, _ failure: ChildFailure) {
        let spec = children[index].spec
        children[index].status = .stopped
        wait = nil
        notify(.ended(spec.id, .failed(failure)))
        let left = failure.stuckDescendants(of: spec.id)
        guard left.isEmpty else {
            goOnAfterStop(leaving: left)
            return
        }
        switch purpose {
        case .initialStart:
            shutDown(because: .failedToStartChild(id: spec.id, failure))
        case .request(let request, _):
            if case .start = request { children.remove(at: index) }
            plan = []
            answer(.failure(.failedToStartChild(id: spec.id, failure)))
        case .restart, .shutdown, .finished, nil:
            guard let delay = countFailure(index, .failed(failure)) else { return }
            work(through: [.restartLater(spec.id, delay)], for: .restart)
        }
    }

    /// The wait of a child that failed is over, unless the child was stopped or started in the meantime.
    mutating func retry(_ id: String, timer: Int) {
        guard let index = index(of: id), children[index].status == .restarting(timer: timer) else { return }
        children[index].status = .stopped
        restart(id, after: .zero)
    }

    /// Stops what the strategy says in reverse order, drops the temporary children among it, and starts the rest.
    private mutating func restart(_ id: String, after delay: Duration) {
        let affected = affected(by: id)
        let (dropped, kept) = (
            affected.filter { $0.restart == .temporary }, affected.filter { $0.restart != .temporary }
        )
        let restarts = delay > .zero ? [Step.restartLater(id, delay)] : kept.map { .start($0.id) }
        work(
            through: affected.reversed().map { .stop($0.id) } + dropped.map { .remove($0.id) } + restarts,
            for: .restart)
    }

    private func affected(by id: String) -> [ChildSpec] {
        let specs = children.map(\.spec)
        return switch strategy {
        case .oneForOne: specs.filter { $0.id == id }
        case .oneForAll: specs
        case .restForOne: Array(specs.drop { $0.id != id })
        }
    }

    private mutating func forgiveFailures(_ index: Int) {
        guard let cap = children[index].spec.backoff?.cap, let upSince = children[index].upSince,
            now - upSince > cap
        else { return }
        children[index].failuresInARow = 0
    }

    /// Returns the wait before the restart, or nil when the supervisor gives up.
    private mutating func countFailure(_ index: Int, _ end: ChildEnd) -> Duration? {
        let spec = children[index].spec
        children[index].failuresInARow += 1
        if case .failed(let failure) = end {
            children[index].lastFailure = PastFailure(failure, at: now)
        }
        guard history.record(failureAt: now) == .restart else {
            shutDown(because: .tooManyRestarts(id: spec.id, last: end, intensity))
            return nil
        }
        let delay = spec.backoff?.delay(afterFailures: children[index].failuresInARow) ?? .zero
        children[index].restarts += 1
        notify(.restarting(spec.id, after: delay))
        return delay
    }

    private mutating func shutDownAutomatically(after spec: ChildSpec) {
        guard spec.significant else { return }
        switch autoShutdown {
        case .never: break
        case .anySignificant: shutDown(because: nil)
        case .allSignificant:
            let remaining = children.contains { $0.spec.significant && $0.status != .stopped }
            if !remaining { shutDown(because: nil) }
        }
    }
}
