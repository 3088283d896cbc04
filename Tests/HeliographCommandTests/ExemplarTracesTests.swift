import PrometheusFormat
import Systemd
import Testing

@testable import HeliographCommand

@Suite(.timeLimit(.minutes(5)))
struct ExemplarTracesTests {
    private static let first = "11111111111111111111111111111111"
    private static let second = "22222222222222222222222222222222"

    private static let page = """
        # TYPE a_seconds histogram
        a_seconds_bucket{le="1.0"} 1 # {trace_id="\(second)"} 0.5
        a_seconds_bucket{le="2.0"} 2 # {trace_id="\(first)",span_id="12"} 1.5
        a_seconds_bucket{le="+Inf"} 4 # {trace_id="\(second)"} 7.0
        a_seconds_count 4
        a_seconds_sum 16.0
        # TYPE b counter
        b_total{kind="x"} 1.0 # {trace_id="\(first)"} 1.0
        b_total{kind="y"} 1.0 # {trace_id="no trace"} 1.0
        b_total{kind="z"} 1.0 # {order="7"} 1.0
        # EOF

        """

    private static func traces(of metric: String) throws -> [JournalMatch] {
        ExemplarTraces.matches(of: metric, on: try OpenMetricsParser.parse(Array(page.utf8)))
    }

    @Test(arguments: ["a_seconds", "a_seconds_bucket"])
    func eachTraceOfAHistogramIsAskedForOnce(metric: String) throws {
        let expected = [JournalMatch("TRACE_ID", Self.second), JournalMatch("TRACE_ID", Self.first)]
        #expect(try Self.traces(of: metric) == expected)
    }

    @Test(arguments: ["b", "b_total"])
    func whatIsNoTraceIsLeftOut(metric: String) throws {
        #expect(try Self.traces(of: metric) == [JournalMatch("TRACE_ID", Self.first)])
    }

    @Test(arguments: ["a", "a_seconds_count", "c"])
    func anotherMetricHasNone(metric: String) throws {
        #expect(try Self.traces(of: metric) == [])
    }

    @Test func saysThatNobodyAnswers() {
        #expect(throws: ExitStatus.unavailable) {
            try ExemplarTraces(metric: "a", url: "http://127.0.0.1:1/metrics").matches()
        }
    }
}
