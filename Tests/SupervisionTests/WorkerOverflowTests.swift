import TestKit
import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct WorkerOverflowTests {
    private let gate = Gate()

    /// Runs a worker whose mailbox is full with 1 and 2, while `body` does; returns what the worker was sent.
    private func filled(
        _ overflow: MailboxLimit.Overflow, _ body: (Worker<[Int]>) async throws -> Void
    ) async throws -> [Int] {
        let worker = Worker<[Int]>("w", mailbox: MailboxLimit(2, whenFull: overflow)) { _ in [] }
        let (up, begun) = (Gate(), Gate())
        let run = Task { try await worker.run(restart: .temporary, whenReady: up.open) }
        await up.passage()
        try await worker.cast { [gate] _ in
            begun.open()
            await gate.passage()
        }
        await begun.passage()
        for number in 1...2 { try await worker.cast { $0.append(number) } }
        #expect(worker.waitingMessages == 2)
        try await body(worker)
        gate.open()
        while worker.waitingMessages > 0 { await Task.yield() }
        let state = try await worker.call { $0 }
        run.cancel()
        try await run.value
        return state
    }

    @Test func senderIsToldThatItIsFull() async throws {
        let state = try await filled(.fail) { worker in
            let full = WorkerError.mailboxFull(worker: "w", capacity: 2)
            await #expect(throws: full) { try await worker.cast { $0.append(3) } }
            await #expect(throws: full) { try await worker.call { $0.append(4) } }
            #expect(!worker.offer { $0.append(5) })
            #expect(worker.droppedMessages == 3)
        }
        #expect(state == [1, 2])
    }

    @Test func castsAreDroppedAndCounted() async throws {
        let state = try await filled(.drop) { worker in
            try await worker.cast { $0.append(3) }
            await #expect(throws: WorkerError.mailboxFull(worker: "w", capacity: 2)) {
                try await worker.call { $0.append(4) }
            }
            #expect(!worker.offer { $0.append(5) })
            #expect(worker.droppedMessages == 3)
        }
        #expect(state == [1, 2])
    }

    @Test func sendersWaitForRoomInTurn() async throws {
        let state = try await filled(.wait) { worker in
            let third = Task { try await worker.cast { $0.append(3) } }
            while worker.waitingMessages < 3 { await Task.yield() }
            let fourth = Task { try await worker.call { $0.append(4) } }
            while worker.waitingMessages < 4 { await Task.yield() }
            #expect(!worker.offer { $0.append(5) })
            gate.open()
            try await third.value
            try await fourth.value
            #expect(worker.droppedMessages == 1)
        }
        #expect(state == [1, 2, 3, 4])
    }

    @Test func aSenderThatNoLongerWaitsHasSentNothing() async throws {
        let state = try await filled(.wait) { worker in
            let third = Task { try await worker.cast { $0.append(3) } }
            while worker.waitingMessages < 3 { await Task.yield() }
            third.cancel()
            await #expect(throws: CancellationError.self) { try await third.value }
        }
        #expect(state == [1, 2])
    }

    @Test func aSenderThatWaitsLearnsOfTheEnd() async throws {
        let worker = Worker<Int>("w", mailbox: MailboxLimit(1, whenFull: .wait)) { _ in 0 }
        let (up, begun) = (Gate(), Gate())
        let run = Task { try await worker.run(restart: .temporary, whenReady: up.open) }
        await up.passage()
        try await worker.cast { [gate] _ in
            begun.open()
            await gate.passage()
        }
        await begun.passage()
        try await worker.cast { _ in Issue.record("was done after the end") }
        let senders = [
            Task { try await worker.cast { _ in Issue.record("was done after the end") } },
            Task { try await worker.call { _ in Issue.record("was done after the end") } },
        ]
        while worker.waitingMessages < 3 { await Task.yield() }
        worker.stop()
        for sender in senders {
            await #expect(throws: WorkerError.ended(worker: "w", .returned)) { try await sender.value }
        }
        #expect(worker.droppedMessages == 1)
        gate.open()
        try await run.value
    }

    @Test func theWorkerItselfHasRoomAlways() async throws {
        let (gate, over) = (self.gate, Gate())
        let worker = Worker<[Int]>("w", mailbox: MailboxLimit(1)) { worker in
            for number in 1...3 {
                try worker.send(after: .zero) { $0.append(number) }
                try worker.continue { $0.append(-number) }
            }
            while worker.waitingMessages < 6 { await Task.yield() }
            return []
        }
        let run = Task { try await worker.run(restart: .temporary, whenReady: over.open) }
        await over.passage()
        while worker.waitingMessages > 0 { await Task.yield() }
        gate.open()
        let state = try await worker.call { $0 }
        #expect(state.prefix(3) == [-1, -2, -3])
        #expect(state.dropFirst(3).sorted() == [1, 2, 3])
        run.cancel()
        try await run.value
    }

    @Test(arguments: [MailboxLimit.Overflow.fail, .drop, .wait])
    func othersHaveNoneForTimersAndContinuations(overflow: MailboxLimit.Overflow) async throws {
        let state = try await filled(overflow) { worker in
            let full = WorkerError.mailboxFull(worker: "w", capacity: 2)
            #expect(throws: full) { try worker.continue { $0.append(3) } }
            #expect(throws: full) { try worker.send(after: .zero) { $0.append(4) } }
            #expect(worker.droppedMessages == 2)
        }
        #expect(state == [1, 2])
    }

    @Test func timersThatAreSetTakeRoomFromOthers() async throws {
        let worker = Worker<Int>("w", mailbox: MailboxLimit(2)) { _ in 0 }
        let up = Gate()
        let run = Task { try await worker.run(restart: .temporary, whenReady: up.open) }
        await up.passage()
        let timers = try (0..<2).map { _ in try worker.send(after: .seconds(86_400)) { $0 += 1 } }
        #expect(throws: WorkerError.mailboxFull(worker: "w", capacity: 2)) {
            try worker.send(after: .seconds(86_400)) { $0 += 1 }
        }
        #expect(timers[0].cancel())
        try worker.send(after: .seconds(86_400)) { $0 += 1 }
        run.cancel()
        try await run.value
    }

    @Test(arguments: [MailboxLimit.Overflow.fail, .drop])
    func callersThatGaveUpLeaveRoom(overflow: MailboxLimit.Overflow) async throws {
        let worker = Worker<[Int]>("w", mailbox: MailboxLimit(4, whenFull: overflow)) { _ in [] }
        try await holding(worker) {
            for number in 1...3 { try await worker.cast { $0.append(number) } }
            await giveUp(worker)
            #expect(worker.offer { $0.append(4) })
            #expect(!worker.offer { $0.append(5) })
        }
    }

    @Test func callersThatGaveUpAreNotKept() async throws {
        let worker = Worker<[Int]>("w", mailbox: MailboxLimit(2, whenFull: .wait)) { _ in [] }
        try await holding(worker) {
            for number in 1...2 { try await worker.cast { $0.append(number) } }
            for _ in 0..<100 { await giveUp(worker) }
            #expect(worker.waitingMessages <= 4)
        }
    }

    @Test func whoWaitsIsAdmittedWhereOthersGaveUp() async throws {
        let worker = Worker<[Int]>("w", mailbox: MailboxLimit(1, whenFull: .wait)) { _ in [] }
        try await holding(worker) {
            let first = Task { try await worker.call(timeout: nil) { _ in } }
            while worker.waitingMessages < 1 { await Task.yield() }
            let second = Task { try await worker.cast { $0.append(2) } }
            while worker.waitingMessages < 2 { await Task.yield() }
            first.cancel()
            // The worker has the first one in hand still.
            try await second.value
            #expect(worker.waitingMessages == 1)
        }
    }

    @Test func castsThatWereAdmittedAndDroppedAreCounted() async throws {
        let worker = Worker<[Int]>("w", mailbox: MailboxLimit(1, whenFull: .wait)) { _ in [] }
        let second = Gate()
        try await holding(worker) {
            let begun = Gate()
            try await worker.cast { _ in
                begun.open()
                await second.passage()
            }
            let third = Task { try await worker.cast { _ in Issue.record("was done after the end") } }
            while worker.waitingMessages < 2 { await Task.yield() }
            gate.open()
            await begun.passage()
            try await third.value
            worker.stop()
            #expect(worker.droppedMessages == 1)
            second.open()
        }
    }

    /// A call that has no time.
    private func giveUp(_ worker: Worker<[Int]>) async {
        await #expect(throws: WorkerError.timedOut(worker: "w", after: .zero)) {
            try await worker.call(timeout: .zero) { _ in Issue.record("was done after it failed") }
        }
    }

    /// Has a worker busy while `body` runs.
    private func holding(_ worker: Worker<[Int]>, _ body: () async throws -> Void) async throws {
        let (up, begun) = (Gate(), Gate())
        let run = Task { try await worker.run(restart: .temporary, whenReady: up.open) }
        await up.passage()
        try await worker.cast { [gate] _ in
            begun.open()
            await gate.passage()
        }
        await begun.passage()
        try await body()
        gate.open()
        run.cancel()
        try await run.value
    }

    @Test(arguments: [0, -1, Int.min])
    func aMailboxHasRoomForOneAtLeast(capacity: Int) {
        #expect(MailboxLimit(capacity).capacity == 1)
    }
}
