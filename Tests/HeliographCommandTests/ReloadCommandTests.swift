import Testing

@testable import HeliographCommand

@Suite(.timeLimit(.minutes(5)))
struct ReloadCommandTests {
    @Test(arguments: [nil, "/nowhere/control.sock", "relative"])
    func nobodyAnswers(path: String?) {
        #expect(throws: ExitStatus.unavailable) { try ReloadCommand(path: path).run() }
    }
}
