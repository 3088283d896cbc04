import Synchronization
import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct WorkerStressTests {
    private struct Tally {
        var answered = 0
        var ended = 0
    }

    /// What was done with any state of a worker, of all its runs together.
    private final class Done: Sendable {
        let calls = Atomic(0)
        let casts = Atomic(0)
    }

    /// Calls again while the worker is away.
    private func call(_ worker: Worker<Int>, _ done: Done, _ tally: inout Tally) async {
        while true {
            do {
                try await worker.call(timeout: nil) { _ in _ = done.calls.add(1, ordering: .relaxed) }
                tally.answered += 1
                return
            } catch WorkerError.ended {
                tally.ended += 1
                return
            } catch {
                await Task.yield()
            }
        }
    }

    @Test(arguments: [MailboxLimit(4, whenFull: .wait), MailboxLimit(100_000)])
    func losesNoMessage(limit: MailboxLimit) async throws {
        let worker = Worker<Int>("w", mailbox: limit) { _ in 0 }
        let top = try Supervisor("top", children: [ChildSpec(worker)])
        let (senders, perSender) = (8, 500)
        let up = Gate()
        let run = Task { try await top.run(whenReady: up.open) }
        await up.passage()
        try await withThrowingTaskGroup { group in
            for _ in 0..<senders {
                group.addTask {
                    for number in 0..<perSender {
                        if number.isMultiple(of: 2) {
                            try await worker.cast { $0 += 1 }
                        } else {
                            try await worker.call(timeout: nil) { $0 += 1 }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        try await #expect(worker.call { $0 } == senders * perSender)
        run.cancel()
        try await run.value
    }

    @Test func everyCallIsAnsweredOrFailsWhileTheWorkerIsRestarted() async throws {
        let done = Done()
        let worker = Worker<Int>("w", mailbox: MailboxLimit(16, whenFull: .wait)) { _ in 0 }
        let top = try Supervisor(
            "top", intensity: RestartIntensity(maxRestarts: .max), children: [ChildSpec(worker)])
        let up = Gate()
        let run = Task { try await top.run(whenReady: up.open) }
        await up.passage()
        let (callers, perCaller) = (8, 2000)
        var (tally, rounds) = (Tally(), 0)
        // Most often the first round ends some calls; among many other tests its callers can run one after the other.
        while rounds < 50, tally.ended == 0 {
            rounds += 1
            let more = await withTaskGroup(of: Tally.self) { group in
                for _ in 0..<callers {
                    group.addTask {
                        var tally = Tally()
                        for number in 0..<perCaller {
                            if number.isMultiple(of: 20) { worker.stop(throwing: Broken()) }
                            await call(worker, done, &tally)
                        }
                        return tally
                    }
                }
                return await group.reduce(into: Tally()) { sum, tally in
                    sum.answered += tally.answered
                    sum.ended += tally.ended
                }
            }
            tally.answered += more.answered
            tally.ended += more.ended
        }
        run.cancel()
        try await run.value
        #expect(tally.answered == done.calls.load(ordering: .relaxed))
        #expect(tally.answered + tally.ended == rounds * callers * perCaller)
        #expect(tally.answered > 0)
        #expect(tally.ended > 0)
    }

    /// Each cast that was accepted is done, or counted as dropped at the end of a run.
    @Test func noCastIsLostWhileTheWorkerIsRestarted() async throws {
        let done = Done()
        let worker = Worker<Int>("w", mailbox: MailboxLimit(1_000_000)) { _ in 0 }
        let top = try Supervisor(
            "top", intensity: RestartIntensity(maxRestarts: .max), children: [ChildSpec(worker)])
        let up = Gate()
        let run = Task { try await top.run(whenReady: up.open) }
        await up.passage()
        let accepted = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var accepted = 0
                    for number in 0..<5000 {
                        if number.isMultiple(of: 20) { worker.stop() }
                        do {
                            try await worker.cast { _ in _ = done.casts.add(1, ordering: .relaxed) }
                            accepted += 1
                        } catch {
                            await Task.yield()
                        }
                    }
                    return accepted
                }
            }
            return await group.reduce(0, +)
        }
        run.cancel()
        try await run.value
        #expect(accepted == done.casts.load(ordering: .relaxed) + worker.droppedMessages)
        #expect(accepted > 0)
    }

    /// A cast whose sender waits for room and is cancelled is done exactly when its sender was not told otherwise.
    @Test func cancelledSendersKnowWhetherTheyHaveSent() async throws {
        let done = Done()
        let worker = Worker<Int>("w", mailbox: MailboxLimit(1, whenFull: .wait)) { _ in 0 }
        let up = Gate()
        let run = Task { try await worker.run(restart: .temporary, whenReady: up.open) }
        await up.passage()
        let sent = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var sent = 0
                    for _ in 0..<300 {
                        let cast = Task {
                            try await worker.cast { _ in _ = done.casts.add(1, ordering: .relaxed) }
                        }
                        await Task.yield()
                        cast.cancel()
                        if case .success = await cast.result { sent += 1 }
                    }
                    return sent
                }
            }
            return await group.reduce(0, +)
        }
        // What was sent before is done before.
        while true {
            guard let _ = try? await worker.call({ _ in }) else { continue }
            break
        }
        #expect(done.casts.load(ordering: .relaxed) == sent)
        run.cancel()
        try await run.value
    }
}
