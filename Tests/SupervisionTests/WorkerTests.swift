import Synchronization
import TelemetryTesting
import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct WorkerTests {
    private let clock = ManualClock()
    private let journal = Journal()

    private func worker(_ limit: MailboxLimit = MailboxLimit(8)) -> Worker<[String]> {
        Worker("w", mailbox: limit, clock: clock) { [journal] _ in
            journal.note("starts")
            return []
        } terminate: { [journal] state, end in
            journal.note("ends with \(state): \(end)")
        }
    }

    /// Runs a worker while `body` does, and returns how it ended.
    private func running(
        _ worker: Worker<[String]>, _ body: () async throws -> Void
    ) async throws -> ChildEnd {
        let up = Gate()
        let run = Task {
            do {
                try await worker.run(restart: .temporary, whenReady: up.open)
                return ChildEnd(byItself: nil)
            } catch {
                up.open()
                return ChildEnd(byItself: ChildFailure(error))
            }
        }
        await up.passage()
        try await body()
        run.cancel()
        return await run.value
    }

    @Test func doesThingsInOrderAndAnswers() async throws {
        let worker = worker()
        let end = try await running(worker) {
            try await worker.cast { $0.append("a") }
            worker.offer { $0.append("b") }
            let state = try await worker.call { state in
                state.append("c")
                return state.joined()
            }
            #expect(state == "abc")
        }
        #expect(end == .returned)
        #expect(journal.lines == ["starts", #"ends with ["a", "b", "c"]: was stopped"#])
    }

    @Test func whatACallThrowsIsItsAnswer() async throws {
        let worker = worker()
        _ = try await running(worker) {
            await #expect(throws: Broken()) {
                try await worker.call { state in
                    state.append("a")
                    throw Broken()
                }
            }
            try await #expect(worker.call { $0 } == ["a"])
        }
    }

    @Test func whatACastThrowsIsAFailure() async throws {
        let worker = worker()
        let end = try await running(worker) {
            try await worker.cast { _ in throw Broken() }
            await journal.reaches("ends with []: failed: broken")
        }
        #expect(end == .failed(ChildFailure(Broken())))
        await #expect(throws: WorkerError.notRunning(worker: "w", last: end)) {
            try await worker.call { $0 }
        }
    }

    @Test func aRunWaitsForTheOneBefore() async throws {
        let (begun, gate) = (Gate(), Gate())
        let starts = Counter()
        let worker = Worker<Int>("w") { _ in starts.next() }
        let first = Task { try await worker.run() }
        while (try? await worker.call { $0 }) == nil { await Task.yield() }
        let again = Promise<WorkerError?>()
        try await worker.cast { _ in
            worker.stop()
            // It would wait for itself.
            do { try await worker.run() } catch { again.fulfil(error as? WorkerError) }
            begun.open()
            await gate.passage()
        }
        await begun.passage()
        #expect(await again.value() == .alreadyRunning(worker: "w"))
        let cancelled = Task { try await worker.run() }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        let second = Task { try await worker.run() }
        await #expect(throws: WorkerError.notRunning(worker: "w", last: .returned)) {
            try await worker.call { $0 }
        }
        gate.open()
        try await first.value
        while (try? await worker.call { $0 }) == nil { await Task.yield() }
        #expect(starts.next() == 3)
        second.cancel()
        try await second.value
    }

    @Test func whatIsSentDuringTheStartWaits() async throws {
        let (begun, gate) = (Gate(), Gate())
        let worker = Worker<[String]>("w") { worker in
            worker.offer { $0.append("second") }
            try worker.continue { $0.append("first") }
            begun.open()
            await gate.passage()
            return ["state"]
        }
        let run = Task { try await worker.run() }
        await begun.passage()
        async let state = worker.call { $0 }
        gate.open()
        try await #expect(state == ["state", "first", "second"])
        run.cancel()
        try await run.value
    }

    @Test func aFailedStartFailsWhoeverWaits() async throws {
        let (begun, gate) = (Gate(), Gate())
        let worker = Worker<Int>("w") { _ in
            begun.open()
            await gate.passage()
            throw Broken()
        }
        let run = Task { try await worker.run() }
        await begun.passage()
        let call = Task { try await worker.call { $0 } }
        while worker.waitingMessages == 0 { await Task.yield() }
        gate.open()
        let end = ChildEnd.failed(ChildFailure(Broken()))
        await #expect(throws: WorkerError.ended(worker: "w", end)) { try await call.value }
        await #expect(throws: Broken()) { try await run.value }
    }

    @Test func continuesBeforeWhatWaits() async throws {
        let worker = worker()
        _ = try await running(worker) {
            try await worker.cast { state in
                worker.offer { $0.append("d") }
                try worker.continue { $0.append("b") }
                try worker.continue { $0.append("c") }
                state.append("a")
            }
            while try await worker.call({ $0.count }) < 4 {}
            try await #expect(worker.call { $0 } == ["a", "b", "c", "d"])
        }
    }

    @Test func nextWaitsWhileABodyAwaits() async throws {
        let worker = worker()
        let gate = Gate()
        _ = try await running(worker) {
            try await worker.cast { state in
                await gate.passage()
                state.append("a")
            }
            try await worker.cast { $0.append("b") }
            gate.open()
            try await #expect(worker.call { $0 } == ["a", "b"])
        }
    }

    @Test func endsByItself() async throws {
        let worker = worker()
        let end = try await running(worker) {
            try await worker.cast { state in
                worker.stop()
                state.append("last")
            }
            await journal.reaches(#"ends with ["last"]: returned"#)
        }
        #expect(end == .returned)
        await #expect(throws: WorkerError.notRunning(worker: "w", last: .returned)) {
            try await worker.cast { _ in }
        }
        #expect(!worker.offer { _ in })
        #expect(worker.droppedMessages == 1)
    }

    @Test func endsByItselfWithAnError() async throws {
        let worker = worker()
        let end = try await running(worker) {
            worker.stop(throwing: Broken())
            worker.stop()
            await journal.reaches("ends with []: failed: broken")
        }
        #expect(end == .failed(ChildFailure(Broken())))
    }

    @Test func runsOnceAtATimeAndEachTimeAnew() async throws {
        let worker = worker()
        await #expect(throws: WorkerError.notRunning(worker: "w", last: nil)) {
            try await worker.cast { _ in }
        }
        for _ in 0..<2 {
            _ = try await running(worker) {
                await #expect(throws: WorkerError.alreadyRunning(worker: "w")) { try await worker.run() }
                try await #expect(worker.call { $0 } == [])
                try await worker.cast { $0.append("a") }
                try await #expect(worker.call { $0 } == ["a"])
            }
        }
    }

    @Test func isStoppedWhileItStarts() async throws {
        let begun = Gate()
        let worker = Worker<Int>("w") { _ in
            begun.open()
            try await Task.sleep(for: .seconds(1_000_000))
            return 0
        }
        let run = Task { try await worker.run() }
        await begun.passage()
        run.cancel()
        try await run.value
        await #expect(throws: WorkerError.notRunning(worker: "w", last: .stopped)) {
            try await worker.call { $0 }
        }
    }
}
