import TelemetryMetrics
import Testing

@testable import ConfigurationFile

@Suite(.timeLimit(.minutes(5)))
struct ExposedNameTests {
    @Test(
        arguments: [
            ("http.request.duration", "", nil, false, "http_request_duration"),
            ("http.request.duration", "", "seconds", false, "http_request_duration_seconds"),
            ("http.request.duration", "acme_", "seconds", false, "acme_http_request_duration_seconds"),
            ("http.request.seconds", "", "seconds", false, "http_request_seconds"),
            ("http.milliseconds", "", "seconds", false, "http_milliseconds_seconds"),
            ("seconds", "", "seconds", false, "seconds"),
            ("http.requests", "", nil, true, "http_requests_total"),
            ("http.requests.total", "", nil, true, "http_requests_total"),
            ("net.received", "", "bytes", true, "net_received_bytes_total"),
            ("net.received.total", "", "bytes", true, "net_received_bytes_total"),
            ("net.received_bytes_total", "", "bytes", true, "net_received_bytes_total"),
            ("net.total", "", "bytes", false, "net_bytes_total"),
            ("total", "", nil, true, "total_total"),
            ("a.subtotal", "", nil, true, "a_subtotal_total"),
        ] as [(String, String, String?, Bool, String)])
    func follows(dotted: String, prefix: String, unit: String?, isCumulative: Bool, exposed: String) {
        let name = ExposedName.make(dotted, prefix: prefix, unitSuffix: unit, isCumulative: isCumulative)
        #expect(name == exposed)
    }

    @Test(arguments: [
        ("counter", "a_b_total"), ("sum, unit: kilobyte", "a_b_bytes_total"),
        ("sum, monotonic: false, unit: kilobyte", "a_b_bytes"), ("gauge, unit: kilobyte", "a_b_bytes"),
        ("histogram, unit: kilobyte", "a_b_bytes"), ("summary, unit: kilobyte", "a_b_bytes"),
    ])
    func dependsOnTheType(type: String, exposed: String) throws {
        let text = "metrics: [{name: a.b, type: \(type)}]"
        let metrics = try Configuration.parse(text: text, file: "c.yml").metrics
        #expect(metrics.map(\.definition.name) == [exposed])
    }
}
