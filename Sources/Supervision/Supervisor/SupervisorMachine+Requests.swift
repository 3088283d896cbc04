/// Requests of users, refused as OTP refuses them.
extension SupervisorMachine {
    mutating func receive(_ request: SupervisorRequest, token: Int) {
        guard !isStopping else {
            reply(token, .failure(.notRunning(supervisor: name)))
            return
        }
        pending.append(.request(request, token: token))
    }

    mutating func execute(_ request: SupervisorRequest, token: Int) {
        switch steps(for: request) {
        case .success(let steps): work(through: steps, for: .request(request, token: token))
        case .failure(let error): reply(token, .failure(error))
        }
    }

    /// Answers the request that is being worked on, if one is, which ends that work.
    mutating func answer(_ result: Result<SupervisorReply, SupervisionError>) {
        guard case .request(_, let token) = purpose else { return }
        reply(token, result)
        purpose = nil
    }

    mutating func refuseRequests() {
        answer(.failure(.notRunning(supervisor: name)))
        for case .request(_, let token) in pending {
            reply(token, .failure(.notRunning(supervisor: name)))
        }
        pending = []
    }

    mutating func reply(_ token: Int, _ result: Result<SupervisorReply, SupervisionError>) {
        actions.append(.reply(token: token, result))
    }

    private mutating func steps(for request: SupervisorRequest) -> Result<[Step], SupervisionError> {
        switch request {
        case .start(let spec): add(spec)
        case .terminate(let id): existing(id).map { terminating($0) }
        case .restart(let id): stopped(id).map { [.start($0.spec.id)] }
        case .delete(let id): stopped(id).map { [.remove($0.spec.id)] }
        }
    }

    private mutating func add(_ spec: ChildSpec) -> Result<[Step], SupervisionError> {
        if let index = index(of: spec.id) {
            let isStopped = children[index].status == .stopped
            return .failure(isStopped ? .alreadyPresent(id: spec.id) : .alreadyStarted(id: spec.id))
        }
        do throws(SupervisionError) {
            try spec.check(autoShutdown: autoShutdown)
        } catch {
            return .failure(error)
        }
        children.append(Child(spec: spec))
        return .success([.start(spec.id)])
    }

    private func terminating(_ child: Child) -> [Step] {
        let stop = Step.stop(child.spec.id)
        return child.spec.restart == .temporary ? [stop, .remove(child.spec.id)] : [stop]
    }

    private func existing(_ id: String) -> Result<Child, SupervisionError> {
        guard let index = index(of: id) else { return .failure(.notFound(id: id)) }
        return .success(children[index])
    }

    private func stopped(_ id: String) -> Result<Child, SupervisionError> {
        existing(id).flatMap { child in
            switch child.status {
            case .stopped: .success(child)
            case .restarting: .failure(.restarting(id: id))
            case .starting, .running, .ended: .failure(.running(id: id))
            }
        }
    }
}

extension SupervisorMachine.Child {
    var info: ChildInfo {
        ChildInfo(id: spec.id, kind: spec.kind, state: state)
    }

    private var state: ChildInfo.State {
        switch status {
        case .starting: .starting
        case .running: .running
        case .restarting: .restarting
        case .stopped, .ended: .stopped
        }
    }
}
