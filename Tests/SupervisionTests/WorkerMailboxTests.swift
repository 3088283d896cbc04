import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct WorkerMailboxTests {
    private let mailbox = WorkerMailbox(MailboxLimit(2))

    private func post(waits: Bool = false, admission: Reply<Void>? = nil) -> WorkerMailbox.Outcome {
        mailbox.post(WorkerMessage(content: WorkerBody<Int> { _ in }, admission: admission), waits: waits)
    }

    @Test func saysWhatBecameOfAMessage() {
        #expect(post() == .accepted)
        #expect(post(waits: true) == .accepted)
        #expect(post() == .full)
        #expect(post(waits: true) == .waiting)
        #expect(mailbox.count == 3)
        #expect(mailbox.close(.stopped)?.count == 3)
        #expect(post(waits: true) == .closed)
        #expect(mailbox.close(.returned) == nil)
        #expect(mailbox.end == .stopped)
    }

    @Test func whoeverWaitsIsAdmittedInTurn() async throws {
        for _ in 0..<2 { _ = post() }
        let admissions = (0..<2).map { _ in Reply<Void>() }
        for admission in admissions { #expect(post(waits: true, admission: admission) == .waiting) }
        _ = await mailbox.next()
        admissions[0].fail(Broken())
        admissions[1].fail(Broken())
        // The first had its answer before it was failed here.
        try await admissions[0].value()
        await #expect(throws: Broken()) { try await admissions[1].value() }
    }
}
