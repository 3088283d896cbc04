import Testing

@testable import HeliographCommand

struct CheckMetricsCommandTests {
    @Test(arguments: ["https://127.0.0.1/metrics", "HTTPS://127.0.0.1"])
    func anEncryptedURLIsNoFile(source: String) {
        #expect(throws: HTTPFetchError.encryptedURL) { try command(source).read() }
    }

    @Test func theSchemeIsReadInAnyCase() {
        #expect(throws: HTTPFetchError.userInURL) { try command("HTTP://user@127.0.0.1/").read() }
    }

    private func command(_ source: String) -> CheckMetricsCommand {
        var command = CheckMetricsCommand()
        command.source = source
        return command
    }
}
