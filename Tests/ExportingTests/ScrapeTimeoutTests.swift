import TelemetryMetrics
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct ScrapeTimeoutTests {
    @Test(arguments: [("10", Duration.seconds(8)), ("0.5", .milliseconds(400)), ("1e1", .seconds(8))])
    func leavesTimeToSendThePage(header: String, timeout: Duration) {
        #expect(ScrapeTimeout.forCollectors(header: header) == timeout)
    }

    @Test(arguments: [nil, "", "x", "0", "-1", "nan", "inf", "1e300", "10s"])
    func isTheStandardOneWhereNoneIsSaid(header: String?) {
        #expect(ScrapeTimeout.forCollectors(header: header) == MetricStore.standardCollectorTimeout)
    }
}
