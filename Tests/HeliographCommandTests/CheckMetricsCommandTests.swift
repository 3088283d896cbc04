import HTTPFetching
import Testing

@testable import HeliographCommand

@Suite(.timeLimit(.minutes(5)))
struct CheckMetricsCommandTests {
    @Test(arguments: ["https://127.0.0.1/metrics", "HTTPS://127.0.0.1"])
    func anEncryptedURLIsNoFile(source: String) {
        #expect(
            throws: HTTPFetchError.url(
                "Only http:// URLs can be fetched; pipe an https:// page in with curl.")
        ) {
            try command(source).read()
        }
    }

    @Test func theSchemeIsReadInAnyCase() {
        #expect(
            throws: HTTPFetchError.url(
                "A URL with a user name can't be fetched; pipe such a page in with curl.")
        ) { try command("HTTP://user@127.0.0.1/").read() }
    }

    private func command(_ source: String) -> CheckMetricsCommand {
        CheckMetricsCommand(source: source)
    }
}
