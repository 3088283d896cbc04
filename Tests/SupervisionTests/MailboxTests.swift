import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct MailboxTests {
    private let mailbox = Mailbox<Int>()

    @Test func deliversInOrder() async {
        for message in 1...3 { mailbox.send(message) }
        #expect(await mailbox.receive() == [1, 2, 3])
        mailbox.send(4)
        #expect(await mailbox.receive() == [4])
    }

    @Test func deliversToACancelledReader() async {
        let reader = Task { await mailbox.receive() }
        reader.cancel()
        mailbox.send(1)
        #expect(await reader.value == [1])
    }

    @Test func refusesMessagesOnceClosed() {
        #expect(mailbox.send(1))
        #expect(mailbox.close() == [1])
        #expect(!mailbox.send(2))
        #expect(mailbox.close().isEmpty)
    }

    @Test func losesNothingFromManySenders() async {
        await withTaskGroup { group in
            for sender in 0..<8 {
                group.addTask { for message in 0..<1000 { mailbox.send(sender * 1000 + message) } }
            }
        }
        #expect(mailbox.close().sorted() == Array(0..<8000))
    }
}
