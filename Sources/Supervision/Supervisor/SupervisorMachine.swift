/// Everything a supervisor decides, without tasks, clocks or locks.
///
/// One input at a time goes in, and the actions to perform come out. A *plan* is a list of steps, each of which starts or
/// stops one child; steps are taken one after the other. While there is a plan, ends of children, retries and requests wait
/// in `pending`, as messages wait for a busy OTP supervisor.
struct SupervisorMachine {
    struct Child {
        let spec: ChildSpec
        var status = Status.stopped
        var failuresInARow = 0
        var upSince: Duration?
        var restarts = 0
        var lastFailure: PastFailure?
    }

    /// The numbers are those of the start or timer in question, so that late messages of former ones are ignored.
    enum Status: Equatable {
        case stopped
        case starting(Int)
        case running(Int)
        /// Ended by itself, and not dealt with yet; nil means that it returned.
        case ended(ChildFailure?)
        case restarting(timer: Int)
    }

    enum Step: Equatable {
        case start(String)
        case stop(String)
        case remove(String)
        /// Restart the child, and with it what the strategy says, after a wait.
        case restartLater(String, Duration)
    }

    enum Purpose {
        case initialStart
        case restart
        case request(SupervisorRequest, token: Int)
        case shutdown(SupervisionError?)
        case finished
    }

    /// What the current step waits for.
    enum Wait: Equatable {
        case ready(Int)
        case end(Int, timer: Int?)
    }

    enum Pending {
        case end(String)
        case retry(String, timer: Int)
        case request(SupervisorRequest, token: Int)
    }

    let name: String
    let strategy: RestartStrategy
    let autoShutdown: AutoShutdown
    let intensity: RestartIntensity

    var children: [Child]
    var history: RestartHistory
    var plan: [Step] = []
    var purpose: Purpose? = .initialStart
    var wait: Wait?
    var pending: [Pending] = []
    var stuck: [String] = []
    var now = Duration.zero
    var actions: [SupervisorAction] = []
    private var lastNumber = 0

    init(
        name: String, strategy: RestartStrategy, intensity: RestartIntensity, autoShutdown: AutoShutdown,
        children: [ChildSpec]
    ) {
        self.name = name
        self.strategy = strategy
        self.autoShutdown = autoShutdown
        self.intensity = intensity
        self.children = children.map { Child(spec: $0) }
        history = RestartHistory(intensity)
    }

    /// Takes one input that arrived at `now`, the time since any fixed moment.
    mutating func handle(_ input: SupervisorInput, at now: Duration) -> [SupervisorAction] {
        self.now = now
        receive(input)
        while purpose == nil, !pending.isEmpty {
            process(pending.removeFirst())
        }
        defer { actions = [] }
        return actions
    }

    func spec(of id: String) -> ChildSpec? {
        children.first { $0.spec.id == id }?.spec
    }

    func index(of id: String) -> Int? {
        children.firstIndex { $0.spec.id == id }
    }

    /// The child that runs, up or not yet, since its start of that number.
    func index(ofStart number: Int) -> Int? {
        children.firstIndex { $0.status == .starting(number) || $0.status == .running(number) }
    }

    var isStopping: Bool {
        switch purpose {
        case .shutdown, .finished: true
        case .initialStart, .restart, .request, nil: false
        }
    }

    mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    mutating func notify(_ notice: SupervisorNotice) {
        actions.append(.notify(notice))
    }

    private mutating func receive(_ input: SupervisorInput) {
        switch input {
        case .begin: begin()
        case .ready(let number): childIsReady(number)
        case .ended(let number, let failure): childEnded(number, failure)
        case .timer(let number): timerFired(number)
        case .stop: shutDown(because: nil)
        case .request(let request, let token): receive(request, token: token)
        case .list(let token): reply(token, .success(.children(children.map { $0.report(at: now) })))
        }
    }

    private mutating func process(_ item: Pending) {
        switch item {
        case .end(let id): settleEnd(of: id)
        case .retry(let id, let timer): retry(id, timer: timer)
        case .request(let request, let token): execute(request, token: token)
        }
    }

    private mutating func begin() {
        guard case .initialStart = purpose else { return }
        work(through: children.map { .start($0.spec.id) }, for: .initialStart)
    }

    private mutating func timerFired(_ number: Int) {
        if case .end(let child, timer: number) = wait {
            childIsStuck(child)
        } else if let child = children.first(where: { $0.status == .restarting(timer: number) }) {
            pending.append(.retry(child.spec.id, timer: number))
        }
    }
}
