import TelemetryMetrics
import Testing

@testable import Exporting
@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct RequestMetricsTests {
    private let exporter: Exporter

    init() throws { exporter = try Exporter(MetricSet([])) }

    private func lines(_ start: String) -> [String] {
        String(decoding: exporter.render().bytes, as: UTF8.self)
            .split(separator: "\n").map(String.init).filter { $0.hasPrefix(start) }
    }

    private func finish(_ route: String?, _ status: Int?, bytes: Int = 5, isComplete: Bool = true) {
        exporter.ownMetrics.finished(
            FinishedRequest(
                route: route, status: status, duration: .zero, bodyBytes: bytes, isComplete: isComplete))
    }

    @Test func requestsAreCountedByRouteAndStatus() {
        for _ in 0..<3 { finish("/a", 200) }
        finish("/a", 503)
        finish("/b", 200)
        finish(nil, 404)
        finish("/a", nil)
        for _ in 0..<2 { exporter.ownMetrics.refused(status: 400) }

        #expect(
            lines("heliograph_http_requests_total{") == [
                #"heliograph_http_requests_total{handler="/a",code="200"} 3"#,
                #"heliograph_http_requests_total{handler="/a",code="503"} 1"#,
                #"heliograph_http_requests_total{handler="/b",code="200"} 1"#,
                #"heliograph_http_requests_total{handler="none",code="404"} 1"#,
                #"heliograph_http_requests_total{handler="none",code="400"} 2"#,
            ])
    }

    @Test func onlyWholeAnswersHaveASize() {
        finish("/a", 200, bytes: 5)
        finish("/a", 503, bytes: 7)
        finish("/a", 200, bytes: 11, isComplete: false)
        finish("/b", 200, isComplete: false)

        let prefix = "heliograph_http_response_size_bytes_"
        #expect(lines(prefix + "sum") == [prefix + #"sum{handler="/a"} 12"#])
        #expect(lines(prefix + "count") == [prefix + #"count{handler="/a"} 2"#])
    }
}
