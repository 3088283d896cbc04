import Testing

@testable import TelemetryMetrics

@Suite(.timeLimit(.minutes(5)))
struct PollBackoffTests {
    @Test(arguments: [
        (0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (6, 10), (.max, 10),
    ])
    func doublesUpToTheMaximum(failures: Int, seconds: Int) {
        let backoff = PollBackoff(initial: .seconds(1), maximum: .seconds(10))
        #expect(backoff.delay(afterFailures: failures) == .seconds(seconds))
    }

    @Test(arguments: [
        (Duration.milliseconds(20), Duration.milliseconds(20), Duration.seconds(60)),
        (.seconds(5), .seconds(1), .seconds(60)), (.seconds(3600), .seconds(1), .seconds(3600)),
    ])
    func isMadeOfThePeriodWhereNothingIsSaid(period: Duration, initial: Duration, maximum: Duration) {
        let poll = Poll("poll", every: period) {}
        #expect(poll.backoff == PollBackoff(initial: initial, maximum: maximum))
        #expect(poll.timeout == min(period, .seconds(10)))
    }
}
