/// Working off a plan: starting and stopping children one at a time.
extension SupervisorMachine {
    mutating func work(through steps: [Step], for purpose: Purpose) {
        plan = steps
        self.purpose = purpose
        advance()
    }

    mutating func advance() {
        while wait == nil {
            guard !plan.isEmpty else {
                complete()
                return
            }
            perform(plan.removeFirst())
        }
    }

    /// Replaces whatever is being done by stopping every child in reverse order.
    mutating func shutDown(because error: SupervisionError?) {
        guard !isStopping else { return }
        refuseRequests()
        // A child that is being stopped stays awaited; one that is being started is stopped like the others.
        if case .ready = wait { wait = nil }
        work(through: children.reversed().map { .stop($0.spec.id) }, for: .shutdown(error))
    }

    mutating func childIsReady(_ number: Int) {
        guard let index = children.firstIndex(where: { $0.status == .starting(number) }) else { return }
        isUp(index, number)
        goOnAfterStart(number)
    }

    mutating func childEnded(_ number: Int, _ failure: ChildFailure?) {
        guard let index = index(ofStart: number) else { return }
        if case .end(number, let timer) = wait {
            if let timer { actions.append(.clearTimer(timer)) }
            stopped(index, failure)
        } else if wait == .ready(number), let failure {
            startFailed(index, failure)
        } else {
            endedByItself(index, number, failure)
        }
    }

    mutating func childIsStuck(_ number: Int) {
        guard
            let index = index(ofStart: number),
            case .timeout(let timeout) = children[index].spec.shutdown
        else { return }
        let id = children[index].spec.id
        children[index].status = .stopped
        notify(.stuck(id, after: timeout))
        goOnAfterStop(leaving: [id])
    }

    private mutating func perform(_ step: Step) {
        switch step {
        case .start(let id): if let index = index(of: id) { start(index) }
        case .stop(let id): if let index = index(of: id) { stop(index) }
        case .remove(let id): children.removeAll { $0.spec.id == id }
        case .restartLater(let id, let delay): if let index = index(of: id) { restartLater(index, delay) }
        }
    }

    private mutating func start(_ index: Int) {
        let number = nextNumber()
        let spec = children[index].spec
        children[index].status = .starting(number)
        actions.append(.start(spec.id, number))
        if spec.signalsReady {
            wait = .ready(number)
        } else {
            isUp(index, number)
        }
    }

    private mutating func isUp(_ index: Int, _ number: Int) {
        children[index].status = .running(number)
        children[index].upSince = now
        notify(.started(children[index].spec.id))
    }

    private mutating func stop(_ index: Int) {
        switch children[index].status {
        case .starting(let number), .running(let number): cancel(index, number)
        case .restarting(let timer):
            actions.append(.clearTimer(timer))
            children[index].status = .stopped
        case .stopped, .ended: children[index].status = .stopped
        }
    }

    private mutating func cancel(_ index: Int, _ number: Int) {
        actions.append(.cancel(number))
        switch children[index].spec.shutdown {
        case .brutal:
            children[index].status = .stopped
            notify(.ended(children[index].spec.id, .abandoned))
        case .timeout(let timeout):
            let timer = nextNumber()
            actions.append(.setTimer(timer, timeout))
            wait = .end(number, timer: timer)
        case .infinity:
            wait = .end(number, timer: nil)
        }
    }

    private mutating func restartLater(_ index: Int, _ delay: Duration) {
        let timer = nextNumber()
        children[index].status = .restarting(timer: timer)
        actions.append(.setTimer(timer, delay))
    }

    private mutating func stopped(_ index: Int, _ failure: ChildFailure?) {
        let id = children[index].spec.id
        children[index].status = .stopped
        notify(.ended(id, ChildEnd(whileStopping: failure)))
        goOnAfterStop(leaving: failure?.stuckDescendants(of: id) ?? [])
    }

    mutating func goOnAfterStop(leaving newlyStuck: [String]) {
        wait = nil
        stuck += newlyStuck
        guard newlyStuck.isEmpty || isStopping else {
            answer(.failure(.stuck(children: newlyStuck, cause: nil)))
            shutDown(because: nil)
            return
        }
        advance()
    }

    private mutating func endedByItself(_ index: Int, _ number: Int, _ failure: ChildFailure?) {
        let id = children[index].spec.id
        // Returning without a call of ready() is a start followed by a normal end.
        if children[index].status == .starting(number), failure == nil { isUp(index, number) }
        children[index].status = .ended(failure)
        notify(.ended(id, ChildEnd(byItself: failure)))
        pending.append(.end(id))
        goOnAfterStart(number)
    }

    private mutating func goOnAfterStart(_ number: Int) {
        guard wait == .ready(number) else { return }
        wait = nil
        advance()
    }

    private mutating func complete() {
        switch purpose {
        case .initialStart:
            actions.append(.isUp)
            purpose = nil
        case .request: answer(.success(.done))
        case .shutdown(let cause): finish(because: cause)
        case .restart: purpose = nil
        case .finished, nil: break
        }
    }

    private mutating func finish(because cause: SupervisionError?) {
        purpose = .finished
        let error = stuck.isEmpty ? cause : SupervisionError.stuck(children: stuck, cause: cause)
        if let error { notify(.failed(error)) }
        actions.append(.finish(error))
    }
}
