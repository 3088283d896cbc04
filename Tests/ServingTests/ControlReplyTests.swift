import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(5)))
struct ControlReplyTests {
    private static let replies: [ControlReply] = [
        .reload(.reloaded), .reload(.refused(["a"])), .reload(.refused(["a: b", "", "é"])), .unknown,
    ]

    @Test(arguments: replies)
    func isReadAsItWasWritten(reply: ControlReply) {
        #expect(ControlReply(reply.bytes) == reply)
    }

    @Test(arguments: replies)
    func isNotReadWhereAnyOfItsEndIsMissing(reply: ControlReply) {
        for count in 0..<reply.bytes.count { #expect(ControlReply(Array(reply.bytes.prefix(count))) == nil) }
    }

    @Test(arguments: [
        "\n", "refused\n", "refused x\n", "refused 2\na\n", "refused -1\n", "yes 0\n", "\u{0}\n",
    ])
    func anythingElseIsNone(text: String) {
        #expect(ControlReply(Array(text.utf8)) == nil)
    }

    @Test func aMistakeIsOneLineThatDrivesNoTerminal() {
        let reply = ControlReply.reload(.refused(["a\nb\u{1b}[31mc\u{9b}d"]))
        #expect(ControlReply(reply.bytes) == .reload(.refused(["a b [31mc d"])))
    }
}
