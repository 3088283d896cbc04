import TelemetryMetrics
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct ScrapeTimeoutTests {
    @Test(arguments: [("10", Duration.seconds(8)), ("0.5", .milliseconds(400)), ("1e1", .seconds(8))])
    func leavesTimeToSendThePage(header: String, timeout: Duration) {
        #expect(ScrapeTimeout.forCollectors(header: header, atMost: .seconds(60)) == timeout)
    }

    @Test(
        arguments: [("86400", .seconds(48)), ("60", .seconds(48)), (nil, .seconds(9))]
            as [(String?, Duration)])
    func isNoLongerThanAnAnswerMayTake(header: String?, timeout: Duration) {
        #expect(ScrapeTimeout.forCollectors(header: header, atMost: .seconds(60)) == timeout)
    }

    @Test func isShortWhereAnswersHaveToBe() {
        #expect(ScrapeTimeout.forCollectors(header: nil, atMost: .seconds(5)) == .seconds(4))
    }

    @Test(arguments: [nil, "", "x", "0", "-1", "nan", "inf", "1e300", "10s"])
    func isTheStandardOneWhereNoneIsSaid(header: String?) {
        let timeout = ScrapeTimeout.forCollectors(header: header, atMost: .seconds(60))
        #expect(timeout == MetricStore.standardCollectorTimeout)
    }
}
