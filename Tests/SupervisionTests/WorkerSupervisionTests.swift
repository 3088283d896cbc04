import TelemetryTesting
import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct WorkerSupervisionTests {
    private let stage = Stage()
    private let gate = Gate()
    private let begun = Gate()

    private func worker(failingStarts: Int = 0) -> Worker<Int> {
        let starts = Counter()
        return Worker("w", clock: stage.clock) { _ in
            let start = starts.next()
            guard start == 1 || start > 1 + failingStarts else { throw Broken() }
            return start
        }
    }

    private func hold(_ worker: Worker<Int>, thenThrowing error: (any Error)? = nil) async throws {
        try await worker.cast { [begun, gate] _ in
            begun.open()
            await gate.passage()
            if let error { throw error }
        }
        await begun.passage()
    }

    @Test func isUpOnceItHasAState() async throws {
        let worker = worker()
        let top = try stage.supervisor(ChildSpec(worker))
        try await stage.runUntilDone(top) {
            try await #expect(worker.call { $0 } == 1)
            try await #expect(top.whichChildren() == [ChildInfo(id: "w", kind: .worker, state: .running)])
        }
        #expect(stage.notices.lines == ["started w", "w was stopped"])
    }

    @Test func aFailureFailsPendingCallsAtOnceAndIsRestarted() async throws {
        let worker = worker()
        let top = try stage.supervisor(ChildSpec(worker))
        try await stage.runUntilDone(top) {
            try await hold(worker, thenThrowing: Broken())
            let calls = (0..<3).map { _ in Task { try await worker.call(timeout: nil) { $0 } } }
            while worker.waitingMessages < 3 { await Task.yield() }
            gate.open()
            let end = ChildEnd.failed(ChildFailure(Broken()))
            for call in calls {
                await #expect(throws: WorkerError.ended(worker: "w", end)) { try await call.value }
            }
            await stage.notices.reaches("started w", times: 2)
            try await #expect(worker.call { $0 } == 2)
        }
    }

    @Test func callsDuringARestartSayWhy() async throws {
        let worker = worker()
        let backoff = Backoff(initial: .seconds(1), cap: .seconds(1))
        let top = try stage.supervisor(ChildSpec(worker, backoff: backoff))
        try await stage.runUntilDone(top) {
            worker.stop(throwing: Broken())
            await stage.notices.reaches("restarting w after 1.0 seconds")
            let restarting = WorkerError.restarting(worker: "w", after: .failed(ChildFailure(Broken())))
            await #expect(throws: restarting) { try await worker.call { $0 } }
            await #expect(throws: restarting) { try await worker.cast { _ in } }
            #expect(throws: restarting) { try worker.continue { _ in } }
            #expect(throws: restarting) { try worker.send(after: .zero) { _ in } }
            try await stage.clock.sleepers(reach: 1)
            stage.clock.advance(by: .seconds(1))
            await stage.notices.reaches("started w", times: 2)
            try await #expect(worker.call { $0 } == 2)
        }
    }

    @Test func aFailedRestartIsOneToo() async throws {
        let worker = worker(failingStarts: 1)
        let backoff = Backoff(initial: .seconds(1), cap: .seconds(1))
        let top = try stage.supervisor(ChildSpec(worker, backoff: backoff))
        try await stage.runUntilDone(top) {
            worker.stop()
            for restarts in 1...2 {
                await stage.notices.reaches("restarting w after 1.0 seconds", times: restarts)
                let end = restarts == 1 ? ChildEnd.returned : .failed(ChildFailure(Broken()))
                await #expect(throws: WorkerError.restarting(worker: "w", after: end)) {
                    try await worker.call { $0 }
                }
                try await stage.clock.sleepers(reach: 1)
                stage.clock.advance(by: .seconds(1))
            }
            await stage.notices.reaches("started w", times: 2)
            try await #expect(worker.call { $0 } == 3)
        }
    }

    @Test(arguments: [
        (RestartPolicy.transient, false), (.temporary, false), (.temporary, true),
    ])
    func whatIsNotRestartedDoesNotSaySo(restart: RestartPolicy, fails: Bool) async throws {
        let worker = worker()
        let top = try stage.supervisor(ChildSpec(worker, restart: restart))
        try await stage.runUntilDone(top) {
            worker.stop(throwing: fails ? Broken() : nil)
            let end = fails ? ChildEnd.failed(ChildFailure(Broken())) : .returned
            await stage.notices.reaches("w \(end)")
            await #expect(throws: WorkerError.notRunning(worker: "w", last: end)) {
                try await worker.call { $0 }
            }
        }
    }

    @Test func aFirstStartThatFailsFailsTheSupervisor() async throws {
        let worker = Worker<Int>("w") { _ in throw Broken() }
        let error = try await stage.runUntilDone(try stage.supervisor(ChildSpec(worker)))
        #expect(error == .failedToStartChild(id: "w", ChildFailure(Broken())))
        let end = ChildEnd.failed(ChildFailure(Broken()))
        await #expect(throws: WorkerError.notRunning(worker: "w", last: end)) { try await worker.call { $0 } }
    }

    @Test func aStopFinishesTheCallInHandAndNoOther() async throws {
        let worker = worker()
        let top = try stage.supervisor(ChildSpec(worker))
        let inHand = Task { [begun, gate] in
            await begun.passage()
            return gate
        }
        try await stage.run(top) { run in
            let first = Task { [begun, gate] in
                try await worker.call(timeout: nil) { state in
                    begun.open()
                    await gate.passage()
                    return state
                }
            }
            _ = await inHand.value
            let second = Task { try await worker.call(timeout: nil) { $0 } }
            while worker.waitingMessages < 1 { await Task.yield() }
            run.cancel()
            await #expect(throws: WorkerError.ended(worker: "w", .stopped)) { try await second.value }
            gate.open()
            try await #expect(first.value == 1)
        }
        #expect(stage.notices.lines == ["started w", "w was stopped"])
    }

    @Test func aCallThatTheStopCancelsIsNotCancelledItself() async throws {
        let worker = worker()
        let top = try stage.supervisor(ChildSpec(worker))
        try await stage.run(top) { run in
            let call = Task { [begun] in
                try await worker.call(timeout: nil) { _ in
                    begun.open()
                    try await Task.sleep(for: .seconds(1_000_000))
                }
            }
            await begun.passage()
            run.cancel()
            await #expect(throws: WorkerError.ended(worker: "w", .stopped)) { try await call.value }
        }
    }

    @Test func aBrutallyStoppedWorkerStartsAgainBesideItsFormerRun() async throws {
        defer { gate.open() }
        let (starts, over) = (Counter(), Gate())
        let worker = Worker("w") { _ in
            starts.next()
        } terminate: { _, _ in
            over.open()
        }
        let top = try stage.supervisor(ChildSpec(worker, shutdown: .brutal))
        try await stage.runUntilDone(top) {
            try await hold(worker)
            try await top.terminateChild("w")
            try await top.restartChild("w")
            try await #expect(worker.call { $0 } == 2)
            gate.open()
            await over.passage()
            try await #expect(worker.call { $0 } == 2)
        }
    }
}
