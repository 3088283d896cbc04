/// Runs one life of a supervisor: feeds its machine and performs the machine's actions.
///
/// Children and timers are unstructured tasks on purpose. A task group can neither cancel one of its tasks nor return before
/// all have ended: one child that ignores its cancellation would hang the supervisor, and all above it, for ever.
///
/// In exchange the machine awaits the end of every child, except those that it reports as stuck or stops as brutal.
/// ``run()`` awaits the timers.
struct SupervisorLoop {
    typealias Answer = AsyncStream<Result<SupervisorReply, SupervisionError>>.Continuation

    enum Message: Sendable {
        case input(SupervisorInput)
        case request(SupervisorRequest, Answer)
        case list(Answer)
    }

    private let mailbox: Mailbox<Message>
    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private let observer: (any SupervisionObserver)?
    private let whenReady: @Sendable () -> Void

    private var machine: SupervisorMachine
    private var children: [Int: Task<Void, Never>] = [:]
    private var timers: [Int: Task<Void, Never>] = [:]
    private var answers: [Int: Answer] = [:]
    private var lastToken = 0
    /// The ids of children that came up and have not ended.
    private var up: Set<String> = []
    private var outcome: Result<Void, SupervisionError>?

    init(
        _ machine: SupervisorMachine, mailbox: Mailbox<Message>, clock: any Clock<Duration>,
        observer: (any SupervisionObserver)?, whenReady: @escaping @Sendable () -> Void
    ) {
        self.machine = machine
        self.mailbox = mailbox
        self.clock = clock
        self.observer = observer
        self.whenReady = whenReady
        elapsed = clock.stopwatch()
    }

    mutating func run() async -> Result<Void, SupervisionError> {
        mailbox.send(.input(.begin))
        while true {
            for message in await mailbox.receive() { take(message) }
            guard let outcome else { continue }
            for message in mailbox.close() { take(message) }
            // The machine has cleared every timer that has not fired.
            for timer in timers.values { await timer.value }
            return outcome
        }
    }

    private mutating func take(_ message: Message) {
        let input: SupervisorInput =
            switch message {
            case .input(let input): input
            case .request(let request, let answer): .request(request, token: register(answer))
            case .list(let answer): .list(token: register(answer))
            }
        forget(input)
        for action in machine.handle(input, at: elapsed()) { perform(action) }
    }

    /// Lets go of the task that has just reported.
    private mutating func forget(_ input: SupervisorInput) {
        switch input {
        case .ended(let number, _): children[number] = nil
        case .timer(let number): timers[number] = nil
        case .begin, .ready, .stop, .request, .list: break
        }
    }

    private mutating func register(_ answer: Answer) -> Int {
        lastToken += 1
        answers[lastToken] = answer
        return lastToken
    }

    private mutating func perform(_ action: SupervisorAction) {
        switch action {
        case .start(let id, let number): start(id, number)
        case .cancel(let number): children.removeValue(forKey: number)?.cancel()
        case .setTimer(let number, let duration): setTimer(number, duration)
        case .clearTimer(let number): timers[number]?.cancel()
        case .reply(let token, let result): reply(token, result)
        case .notify(let notice): notify(notice)
        case .isUp: whenReady()
        case .finish(let error): outcome = error.map { .failure($0) } ?? .success(())
        }
    }

    private mutating func start(_ id: String, _ number: Int) {
        guard let spec = machine.spec(of: id) else { return }
        let context = ChildContext(id: id) { [mailbox] in mailbox.send(.input(.ready(number))) }
        children[number] = Task(name: id) { @concurrent [mailbox] in
            var failure: ChildFailure?
            do { try await spec.run(context) } catch { failure = ChildFailure(error) }
            mailbox.send(.input(.ended(number, failure)))
        }
    }

    private mutating func setTimer(_ number: Int, _ duration: Duration) {
        guard duration > .zero else {
            mailbox.send(.input(.timer(number)))
            return
        }
        timers[number] = Task { @concurrent [mailbox, clock] in
            try? await clock.sleep(upTo: duration)
            mailbox.send(.input(.timer(number)))
        }
    }

    private mutating func reply(_ token: Int, _ result: Result<SupervisorReply, SupervisionError>) {
        guard let answer = answers.removeValue(forKey: token) else { return }
        answer.yield(result)
        answer.finish()
    }

    private mutating func notify(_ notice: SupervisorNotice) {
        guard let observer else { return }
        switch notice {
        case .started(let id):
            up.insert(id)
            observer.childStarted(id, of: machine.name)
        case .ended(let id, let end):
            let wasUp = up.remove(id) != nil
            observer.childEnded(id, of: machine.name, end: end, wasUp: wasUp)
        case .restarting(let id, let delay):
            observer.childRestarting(id, of: machine.name, after: delay)
        case .stuck(let id, let timeout):
            up.remove(id)
            observer.childStuck(id, of: machine.name, after: timeout)
        case .failed(let error): observer.supervisorFailed(machine.name, error: error)
        }
    }
}
