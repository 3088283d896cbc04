import Synchronization
import TelemetryTesting
import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct WorkerTimeTests {
    private let clock = ManualClock()
    private let gate = Gate()

    /// Runs a worker while `body` does.
    private func running(_ body: (Worker<[String]>) async throws -> Void) async throws {
        let worker = Worker<[String]>("w", clock: clock) { _ in [] }
        let up = Gate()
        let run = Task { try await worker.run(restart: .temporary, whenReady: up.open) }
        await up.passage()
        try await body(worker)
        gate.open()
        run.cancel()
        try await run.value
        #expect(clock.sleeperCount == 0)
    }

    /// Has the worker wait at the gate, and calls it behind that.
    private func call(_ worker: Worker<[String]>, _ line: String, timeout: Duration?) -> Task<Void, any Error>
    {
        Task { try await worker.call(timeout: timeout) { $0.append(line) } }
    }

    private func hold(_ worker: Worker<[String]>) async throws {
        let begun = Gate()
        try await worker.cast { [gate] _ in
            begun.open()
            await gate.passage()
        }
        await begun.passage()
    }

    @Test func aCallTimesOutAndIsNotMadeAfterwards() async throws {
        try await running { worker in
            try await hold(worker)
            let call = Task { try await worker.call { $0.append("late") } }
            try await clock.sleepers(reach: 1)
            clock.advance(by: .seconds(5))
            await #expect(throws: WorkerError.timedOut(worker: "w", after: .seconds(5))) {
                try await call.value
            }
            gate.open()
            try await #expect(worker.call { $0 } == [])
        }
    }

    @Test func aCallWithinItsTimeoutIsAnswered() async throws {
        try await running { worker in
            try await hold(worker)
            let call = call(worker, "a", timeout: .seconds(5))
            try await clock.sleepers(reach: 1)
            clock.advance(by: .seconds(5) - .nanoseconds(1))
            gate.open()
            try await call.value
            try await #expect(worker.call { $0 } == ["a"])
        }
    }

    @Test func aCallThatHasBegunIsFinished() async throws {
        let begun = Gate()
        try await running { worker in
            let call = Task {
                try await worker.call { [gate] state in
                    begun.open()
                    await gate.passage()
                    state.append("a")
                }
            }
            await begun.passage()
            try await clock.sleepers(reach: 1)
            clock.advance(by: .seconds(5))
            await #expect(throws: WorkerError.timedOut(worker: "w", after: .seconds(5))) {
                try await call.value
            }
            gate.open()
            try await #expect(worker.call { $0 } == ["a"])
        }
    }

    @Test func eachCallHasItsOwnTimeout() async throws {
        try await running { worker in
            try await hold(worker)
            let start = clock.now
            let calls = [3, 1, 2].map { seconds in
                call(worker, "\(seconds)", timeout: .seconds(seconds))
            }
            let patient = call(worker, "patient", timeout: nil)
            while worker.waitingMessages < 4 { await Task.yield() }
            for (seconds, call) in [(1, calls[1]), (2, calls[2]), (3, calls[0])] {
                try await clock.sleeper(until: start.advanced(by: .seconds(seconds)))
                clock.advance(by: .seconds(1))
                await #expect(throws: WorkerError.timedOut(worker: "w", after: .seconds(seconds))) {
                    try await call.value
                }
            }
            gate.open()
            try await patient.value
            try await #expect(worker.call { $0 } == ["patient"])
        }
    }

    @Test(arguments: [Duration.zero, .seconds(-1)])
    func noTimeAtAllIsATimeout(timeout: Duration) async throws {
        try await running { worker in
            try await hold(worker)
            await #expect(throws: WorkerError.timedOut(worker: "w", after: timeout)) {
                try await worker.call(timeout: timeout) { $0 }
            }
        }
    }

    @Test func aCancelledCallIsNotMade() async throws {
        try await running { worker in
            try await hold(worker)
            let call = call(worker, "a", timeout: nil)
            while worker.waitingMessages == 0 { await Task.yield() }
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
            gate.open()
            try await #expect(worker.call { $0 } == [])
        }
    }

    @Test func sendsAfterATime() async throws {
        try await running { worker in
            let start = clock.now
            try worker.send(after: .seconds(2)) { $0.append("second") }
            try worker.send(after: .seconds(1)) { $0.append("first") }
            try await clock.sleeper(until: start.advanced(by: .seconds(1)))
            try await clock.sleeper(until: start.advanced(by: .seconds(2)))
            clock.advance(by: .seconds(1))
            while try await worker.call(timeout: nil, { $0 }) != ["first"] {}
            clock.advance(by: .seconds(1))
            while try await worker.call(timeout: nil, { $0 }) != ["first", "second"] {}
        }
    }

    @Test func aCancelledTimerSendsNothing() async throws {
        try await running { worker in
            let timer = try worker.send(after: .seconds(1)) { $0.append("never") }
            try await clock.sleepers(reach: 1)
            #expect(timer.cancel())
            #expect(!timer.cancel())
            while clock.sleeperCount > 0 { await Task.yield() }
            clock.advance(by: .seconds(1))
            try await #expect(worker.call(timeout: nil) { $0 } == [])
        }
    }

    @Test func aTimerThatHasFiredCannotBeCancelled() async throws {
        try await running { worker in
            let timer = try worker.send(after: .zero) { $0.append("a") }
            while try await worker.call(timeout: nil, { $0.isEmpty }) {}
            #expect(!timer.cancel())
        }
    }

    @Test func timersEndWithTheirRun() async throws {
        try await running { worker in
            try worker.send(after: .seconds(1)) { $0.append("a") }
            try await clock.sleepers(reach: 1)
        }
    }

    @Test func noTimeIsTooLong() async throws {
        let worker = Worker<Int>("w") { _ in 0 }
        let up = Gate()
        let run = Task { try await worker.run(restart: .temporary, whenReady: up.open) }
        await up.passage()
        let longest = Duration(attoseconds: .max)
        let timer = try worker.send(after: longest) { $0 += 1 }
        try await #expect(worker.call(timeout: longest) { $0 } == 0)
        #expect(timer.cancel())
        run.cancel()
        try await run.value
    }
}
