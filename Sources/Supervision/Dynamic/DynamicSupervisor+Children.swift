import Synchronization

private let lastChild = Atomic(0)

/// Children of a running dynamic supervisor.
extension DynamicSupervisor {
    /// Starts a child and, where its spec says when it is up, waits for that; when its start fails nothing is left of it.
    ///
    /// Throws ``SupervisionError/notRunning(supervisor:)``, ``SupervisionError/maxChildren(_:)``,
    /// ``SupervisionError/failedToStartChild(id:_:)`` or what is wrong with the spec. Throws `CancellationError` when the caller is
    /// cancelled while waiting; the child goes on all the same.
    @discardableResult
    public func startChild(_ spec: ChildSpec) async throws -> ChildHandle {
        let up = spec.signalsReady ? DynamicChildren.Answer() : nil
        let child = try start(spec, whenUp: up)
        try await up?.valueUnlessCancelled().get()
        return child
    }

    /// The children in no particular order, each with what names it.
    ///
    /// Throws ``SupervisionError/notRunning(supervisor:)``.
    public func whichChildren() throws(SupervisionError) -> [(child: ChildHandle, info: ChildInfo)] {
        try decide { children throws(SupervisionError) in try children.list() }
            .map { (child: $0.handle, info: $0.info) }
    }

    /// How many children there are; those that come up or wait for a restart are specs that are not active.
    ///
    /// Throws ``SupervisionError/notRunning(supervisor:)``.
    public func countChildren() throws(SupervisionError) -> ChildCounts {
        ChildCounts(try whichChildren().map(\.info))
    }

    /// Starts a child without waiting for it.
    func start(
        _ spec: ChildSpec, whenUp: DynamicChildren.Answer?, whenAbandoned: (any AbandonedListener)? = nil
    ) throws(SupervisionError) -> ChildHandle {
        try spec.check(autoShutdown: .never)
        let (number, now) = (lastChild.add(1, ordering: .relaxed).newValue, elapsed())
        let child = try decide { children throws(SupervisionError) in
            try children.add(spec, number: number, start: whenUp, whenAbandoned: whenAbandoned, at: now)
        }
        if whenUp == nil { observer?.childStarted(spec.id, of: name) }
        // Unstructured, as a task group can't cancel one of its tasks; the end of the supervisor awaits it.
        let task = lives(of: child)
        if !decide({ $0.keep(task, of: child.handle) }) { task.cancel() }
        return child.handle
    }

    /// All lives of a child, one after the other in one task; what stays in its frame is memory of each child.
    private func lives(of child: DynamicChild) -> Task<Void, Never> {
        Task { @concurrent [self] in
            repeat {
                do {
                    switch child.spec.body {
                    case .plain(let run): try await run()
                    case .signalling(let run): try await run(context(child))
                    }
                    guard await goesOn(child, after: nil) else { return }
                } catch {
                    guard await goesOn(child, after: error) else { return }
                }
            } while startAgain(child)
        }
    }

    /// Whether the child is to be started again, once it has waited.
    @inline(never)
    private func goesOn(_ child: DynamicChild, after error: (any Error)?) async -> Bool {
        let failure = error.map { ChildFailure($0) }
        // Returning without a call of ready() is a start followed by a normal end.
        if failure == nil, child.spec.signalsReady { context(child).ready() }
        guard let delay = ended(child, failure) else { return false }
        if delay > .zero { try? await clock.sleep(upTo: delay) }
        return true
    }

    @inline(never)
    private func context(_ child: DynamicChild) -> ChildContext {
        let restart = decide { $0.child(child.handle)?.restarts ?? 0 }
        return ChildContext(id: child.spec.id) { [self] in isUp(child, restart) }
    }

    @inline(never)
    private func startAgain(_ child: DynamicChild) -> Bool {
        let now = elapsed()
        guard decide({ $0.startAgain(child.handle, at: now) }) else { return false }
        if !child.spec.signalsReady { observer?.childStarted(child.spec.id, of: name) }
        return true
    }

    @inline(never)
    private func isUp(_ child: DynamicChild, _ restart: UInt32) {
        let now = elapsed()
        guard let start = decide({ $0.isUp(child.handle, restart: restart, at: now) }) else { return }
        observer?.childStarted(child.spec.id, of: name)
        start?.fulfil(.success(()))
    }

    /// Returns the wait before the next start, nil when there is none.
    @inline(never)
    private func ended(_ child: DynamicChild, _ failure: ChildFailure?) -> Duration? {
        let now = elapsed()
        let (decision, wasUp) = decide { children in
            let wasUp = children.child(child.handle)?.isUp == true
            return (children.ended(child.handle, failure, at: now), wasUp)
        }
        switch decision {
        case .restart(let end, let delay):
            observer?.childEnded(child.spec.id, of: name, end: end, wasUp: wasUp)
            observer?.childRestarting(child.spec.id, of: name, after: delay)
            return delay
        case .gone(let end, let termination):
            observer?.childEnded(child.spec.id, of: name, end: end, wasUp: wasUp)
            answer(termination, .success(()))
        case .failedToStart(let failure, let start):
            observer?.childEnded(child.spec.id, of: name, end: .failed(failure), wasUp: wasUp)
            start.fulfil(.failure(.failedToStartChild(id: child.spec.id, failure)))
        case .failed(let end, let termination, let start, let stuck):
            observer?.childEnded(child.spec.id, of: name, end: end, wasUp: wasUp)
            start?.fulfil(.failure(.stuck(children: stuck, cause: nil)))
            answer(termination, .failure(.stuck(children: stuck, cause: nil)))
        case .forgotten: return nil
        }
        reportedRemoval()
        return nil
    }
}
