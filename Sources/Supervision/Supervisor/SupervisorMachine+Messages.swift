/// What goes into a ``SupervisorMachine``; the numbers come from its own actions.
enum SupervisorInput {
    case begin
    case ready(Int)
    /// The body of a child is over; nil means that it returned.
    case ended(Int, ChildFailure?)
    case timer(Int)
    case stop
    case request(SupervisorRequest, token: Int)
    /// Unlike a request this is answered at once.
    case list(token: Int)
}

/// What a ``SupervisorMachine`` wants done.
enum SupervisorAction: Equatable {
    case start(String, Int)
    case cancel(Int)
    /// A timer of no duration fires behind the inputs that have arrived already.
    case setTimer(Int, Duration)
    case clearTimer(Int)
    case reply(token: Int, Result<SupervisorReply, SupervisionError>)
    case notify(SupervisorNotice)
    /// All children of the initial start are up.
    case isUp
    case finish(SupervisionError?)
}

/// What an observer is told.
enum SupervisorNotice: Equatable {
    case started(String)
    case ended(String, ChildEnd)
    case restarting(String, after: Duration)
    case stuck(String, after: Duration)
    case failed(SupervisionError)
}

/// What users ask a running supervisor to do.
enum SupervisorRequest {
    case start(ChildSpec)
    case terminate(String)
    case restart(String)
    case delete(String)
}

enum SupervisorReply: Equatable {
    case done
    case children([ChildReport])
}
