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

    @Test func timersAndContinuationsHaveRoomAlways() async throws {
        let state = try await filled(.fail) { worker in
            try worker.continue { $0.append(0) }
            try worker.send(after: .zero) { $0.append(3) }
            while worker.waitingMessages < 4 { await Task.yield() }
        }
        #expect(state == [0, 1, 2, 3])
    }

    @Test(arguments: [0, -1, Int.min])
    func aMailboxHasRoomForOneAtLeast(capacity: Int) {
        #expect(MailboxLimit(capacity).capacity == 1)
    }
}
