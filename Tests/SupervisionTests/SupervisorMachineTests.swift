import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct SupervisorMachineTests {
    private func child(
        _ id: String, _ restart: RestartPolicy = .permanent, shutdown: ChildShutdown = .infinity,
        backoff: Backoff? = nil
    ) -> ChildSpec {
        ChildSpec(id, restart: restart, shutdown: shutdown, backoff: backoff) { (_: ChildContext) in }
    }

    private func machine(
        _ children: ChildSpec..., strategy: RestartStrategy = .oneForOne, maxRestarts: Int = 3
    ) -> SupervisorMachine {
        SupervisorMachine(
            name: "top", strategy: strategy, intensity: RestartIntensity(maxRestarts: maxRestarts),
            autoShutdown: .never, children: children)
    }

    @Test func startsOneChildAtATime() {
        var machine = machine(child("a"), child("b"))
        #expect(machine.handle(.begin, at: .zero) == [.start("a", 1)])
        #expect(machine.handle(.ready(1), at: .zero) == [.notify(.started("a")), .start("b", 2)])
        #expect(machine.handle(.ready(2), at: .zero) == [.notify(.started("b")), .isUp])
    }

    @Test func stopsOneChildAtATimeInReverse() {
        var machine = machine(child("a"), child("b", shutdown: .timeout(.seconds(5))))
        for input in [SupervisorInput.begin, .ready(1), .ready(2)] { _ = machine.handle(input, at: .zero) }
        #expect(machine.handle(.stop, at: .zero) == [.cancel(2), .setTimer(3, .seconds(5))])
        #expect(
            machine.handle(.ended(2, nil), at: .zero)
                == [.clearTimer(3), .notify(.ended("b", .stopped)), .cancel(1)])
        #expect(
            machine.handle(.ended(1, nil), at: .zero) == [.notify(.ended("a", .stopped)), .finish(nil)])
    }

    @Test func restartsUnderANewNumberAndIgnoresTheOldOne() {
        var machine = machine(child("a"))
        for input in [SupervisorInput.begin, .ready(1)] { _ = machine.handle(input, at: .zero) }
        #expect(
            machine.handle(.ended(1, nil), at: .zero) == [
                .notify(.ended("a", .returned)), .notify(.restarting("a", after: .zero)), .start("a", 2),
            ])
        #expect(machine.handle(.ready(1), at: .zero).isEmpty)
        #expect(machine.handle(.ended(1, nil), at: .zero).isEmpty)
        #expect(machine.handle(.ready(2), at: .zero) == [.notify(.started("a"))])
    }

    @Test func aRetryWaitsBehindWhatHasArrived() {
        var machine = machine(child("a"))
        for input in [SupervisorInput.begin, .ready(1), .ended(1, nil)] {
            _ = machine.handle(input, at: .zero)
        }
        let failure = ChildFailure(Broken())
        #expect(
            machine.handle(.ended(2, failure), at: .zero) == [
                .notify(.ended("a", .failed(failure))), .notify(.restarting("a", after: .zero)),
                .setTimer(3, .zero),
            ])
        #expect(
            machine.handle(.request(.terminate("a"), token: 1), at: .zero)
                == [.clearTimer(3), .reply(token: 1, .success(.done))])
        #expect(machine.handle(.timer(3), at: .zero).isEmpty)
    }

    @Test func aRetryThatCameTooLateIsIgnored() {
        let backoff = Backoff(initial: .seconds(1), cap: .seconds(1))
        var machine = machine(child("a", backoff: backoff), child("b"))
        for input in [
            SupervisorInput.begin, .ready(1), .ready(2), .ended(1, nil), .request(.terminate("b"), token: 1),
            .request(.terminate("a"), token: 2), .timer(3),
        ] {
            _ = machine.handle(input, at: .zero)
        }
        #expect(
            machine.handle(.ended(2, nil), at: .zero) == [
                .notify(.ended("b", .stopped)), .reply(token: 1, .success(.done)), .clearTimer(3),
                .reply(token: 2, .success(.done)),
            ])
    }

    @Test func requestsWaitForTheWorkInProgressButListsDoNot() {
        var machine = machine(child("a"))
        _ = machine.handle(.begin, at: .zero)
        #expect(machine.handle(.request(.delete("b"), token: 1), at: .zero).isEmpty)
        let actions = machine.handle(.list(token: 2), at: .zero)
        guard case .reply(token: 2, .success(.children(let reports))) = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(reports.map(\.child.info) == [ChildInfo(id: "a", kind: .worker, state: .starting)])
        #expect(
            machine.handle(.ready(1), at: .zero) == [
                .notify(.started("a")), .isUp, .reply(token: 1, .failure(.notFound(id: "b"))),
            ])
    }

    @Test func doesNothingButRefuseAfterItsEnd() {
        var machine = machine(child("a"))
        #expect(machine.handle(.stop, at: .zero) == [.finish(nil)])
        for input in [SupervisorInput.begin, .stop, .ready(1), .ended(1, nil), .timer(1)] {
            #expect(machine.handle(input, at: .zero).isEmpty)
        }
        #expect(
            machine.handle(.request(.delete("a"), token: 1), at: .zero)
                == [.reply(token: 1, .failure(.notRunning(supervisor: "top")))])
    }

    @Test(arguments: RestartStrategy.allCases)
    func neverHangsNorStartsAChildTwice(strategy: RestartStrategy) {
        for seed in 0..<1000 {
            let machine = machine(
                child("a", backoff: Backoff(initial: .seconds(1), cap: .seconds(1))),
                child("b", .transient, shutdown: .timeout(.seconds(1))), child("c", .temporary),
                child("d", shutdown: .brutal), strategy: strategy, maxRestarts: seed % 20)
            var world = SimulatedChildren(machine, seed: seed)
            for _ in 0..<60 { world.doSomething() }
            world.stop()
            #expect(world.outcome != nil, "seed \(seed)")
            #expect(world.violations.isEmpty, "seed \(seed)")
            #expect(world.openRequests.isEmpty, "seed \(seed)")
            #expect(world.timers.isEmpty, "seed \(seed)")
            #expect(!world.bodies.values.contains { !$0.isAbandoned }, "seed \(seed)")
        }
    }
}
