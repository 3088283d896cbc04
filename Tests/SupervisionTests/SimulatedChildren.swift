import TestKit
@testable import Supervision

/// The world around a machine: children, timers and users that behave at random.
struct SimulatedChildren {
    struct Body {
        let id: String
        var isCancelled = false
        var isAbandoned = false
    }

    private(set) var bodies: [Int: Body] = [:]
    private(set) var outcome: SupervisionError??
    private(set) var violations: [String] = []
    private(set) var openRequests: Set<Int> = []
    private(set) var timers: Set<Int> = []
    private var machine: SupervisorMachine
    private var generator: SeededGenerator
    private var lastToken = 0
    private var now = Duration.zero

    init(_ machine: SupervisorMachine, seed: Int) {
        self.machine = machine
        generator = SeededGenerator(seed: UInt64(seed))
        feed(.begin)
    }

    mutating func doSomething() {
        now += .milliseconds(Int.random(in: 0...400, using: &generator))
        switch Int.random(in: 0..<10, using: &generator) {
        case 0...2: if let body = anyBody() { feed(.ready(body)) }
        case 3...5: if let body = anyBody() { end(body) }
        case 6, 7: if let timer = timers.sorted().randomElement(using: &generator) { fire(timer) }
        default: makeRequest()
        }
    }

    /// Asks the machine to stop, and lets every cancelled child end.
    mutating func stop() {
        feed(.stop)
        for _ in 0..<100 where outcome == nil {
            guard let body = bodies.keys.sorted().first(where: isStopping) else { return }
            end(body)
        }
    }

    private func isStopping(_ number: Int) -> Bool {
        guard let body = bodies[number] else { return false }
        return body.isCancelled && !body.isAbandoned
    }

    private mutating func anyBody() -> Int? {
        bodies.keys.sorted().randomElement(using: &generator)
    }

    private mutating func end(_ number: Int) {
        bodies[number] = nil
        let failure = Bool.random(using: &generator) ? ChildFailure(Broken()) : nil
        feed(.ended(number, failure))
    }

    private mutating func fire(_ timer: Int) {
        timers.remove(timer)
        feed(.timer(timer))
    }

    private mutating func makeRequest() {
        let ids = ["a", "b", "c", "d", "e"]
        let id = ids[Int.random(in: 0..<5, using: &generator)]
        let requests: [SupervisorRequest] = [
            .terminate(id), .restart(id), .delete(id), .start(ChildSpec(id) { (_: ChildContext) in }),
        ]
        lastToken += 1
        openRequests.insert(lastToken)
        feed(.request(requests[Int.random(in: 0..<4, using: &generator)], token: lastToken))
    }

    private mutating func feed(_ input: SupervisorInput) {
        for action in machine.handle(input, at: now) { perform(action) }
    }

    private mutating func perform(_ action: SupervisorAction) {
        if outcome != nil, !isReply(action) { violations.append("\(action) after the end") }
        switch action {
        case .start(let id, let number): start(id, number)
        case .cancel(let number): bodies[number]?.isCancelled = true
        case .setTimer(let number, _): timers.insert(number)
        case .clearTimer(let number): timers.remove(number)
        case .reply(let token, _):
            if openRequests.remove(token) == nil { violations.append("second reply to \(token)") }
        case .notify(.stuck(let id, _)), .notify(.ended(let id, .abandoned)): abandon(id)
        case .finish(let error): outcome = .some(error)
        case .notify, .isUp: break
        }
    }

    private func isReply(_ action: SupervisorAction) -> Bool {
        guard case .reply = action else { return false }
        return true
    }

    private mutating func start(_ id: String, _ number: Int) {
        if bodies.values.contains(where: { $0.id == id && !$0.isAbandoned }) {
            violations.append("second start of \(id)")
        }
        bodies[number] = Body(id: id)
    }

    private mutating func abandon(_ id: String) {
        for number in bodies.keys where bodies[number]?.id == id { bodies[number]?.isAbandoned = true }
    }
}
