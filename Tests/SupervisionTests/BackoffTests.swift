import Testing

@testable import Supervision

@Suite(.timeLimit(.minutes(5)))
struct BackoffTests {
    @Test(
        arguments: [
            (0, 100), (1, 100), (2, 200), (3, 400), (4, 800), (5, 1000), (6, 1000), (1_000_000_000, 1000),
        ])
    func doublesUpToTheCap(failures: Int, milliseconds: Int) {
        let backoff = Backoff(initial: .milliseconds(100), cap: .seconds(1))
        #expect(backoff.delay(afterFailures: failures) == .milliseconds(milliseconds))
    }

    @Test func neverOverflows() {
        let cap = Duration.seconds(Int64.max)
        #expect(Backoff(initial: .seconds(1), cap: cap).delay(afterFailures: .max) == cap)
    }
}
