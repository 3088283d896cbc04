/// Stopping children.
extension DynamicSupervisor {
    /// Stops a child, which is not restarted, and waits for its end.
    ///
    /// Throws ``SupervisionError/notFound(id:)`` when it is gone, or ``SupervisionError/stuck(children:cause:)`` when it does not end
    /// in time, which also fails the supervisor. Throws `CancellationError` when the caller is cancelled while waiting; the
    /// child is stopped all the same.
    public func terminateChild(_ child: ChildHandle) async throws {
        if let end = try beginTermination(of: child) { try await end.valueUnlessCancelled().get() }
    }

    /// Tells a child to end; returns what comes when it has, nil when it is gone at once.
    func beginTermination(of child: ChildHandle) throws(SupervisionError) -> DynamicChildren.Answer? {
        let answer = DynamicChildren.Answer()
        let stop = try decide { children throws(SupervisionError) in try children.terminate(child, answer) }
        guard let stop else { return answer }
        let cancelled = ChildFailure(CancellationError())
        if let timeout = perform(stop, refusing: .failedToStartChild(id: child.id, cancelled)) {
            let timer = after(timeout) { self.isLate(child, after: timeout) }
            if !decide({ $0.keep(timer: timer, of: child) }) { timer.cancel() }
        }
        if case .gone = stop.course { return nil }
        return answer
    }

    /// Cancels a child, and answers who waits for its start; returns the timeout after which it is stuck.
    func perform(_ stop: DynamicChildren.Stop, refusing error: SupervisionError) -> Duration? {
        stop.task?.cancel()
        stop.start?.fulfil(.failure(error))
        switch stop.course {
        case .gone(let wasAlive):
            if wasAlive { observer?.childEnded(stop.id, of: name, end: .abandoned, wasUp: stop.wasUp) }
            stop.whenAbandoned?.childAbandoned(CancellationError())
            reportedRemoval()
            return nil
        case .waits(let timeout):
            return timeout
        }
    }

    func areLate(_ timeout: Duration) {
        for child in decide({ $0.areLate(timeout) }) { isStuck(child, after: timeout) }
    }

    private func isLate(_ child: ChildHandle, after timeout: Duration) {
        if let child = decide({ $0.isLate(child) }) { isStuck(child, after: timeout) }
    }

    private func isStuck(_ child: DynamicChildren.Late, after timeout: Duration) {
        observer?.childStuck(child.id, of: name, after: timeout)
        let error = SupervisionError.stuck(children: [child.id], cause: nil)
        answer(child.termination, .failure(error))
        child.whenAbandoned?.childAbandoned(error)
        reportedRemoval()
    }

    func answer(_ termination: DynamicChildren.Termination?, _ result: Result<Void, SupervisionError>) {
        termination?.timer?.cancel()
        for answer in termination?.answers ?? [] { answer.fulfil(result) }
    }

    /// Unstructured, as it outlives the request that it belongs to; the end of what is waited for cancels it.
    func after(_ timeout: Duration, _ body: @escaping @Sendable () -> Void) -> Task<Void, Never> {
        Task { @concurrent [clock] in
            if (try? await clock.sleep(upTo: timeout)) != nil { body() }
        }
    }
}
