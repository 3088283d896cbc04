import Bytes
import TelemetryMetrics
import Testing

@Suite(.timeLimit(.minutes(5)))
struct PrometheusNameTests {
    @Test(
        arguments: [
            ("http.request.duration", nil, false, "http_request_duration"),
            ("http.request.duration", "seconds", false, "http_request_duration_seconds"),
            ("http.request.seconds", "seconds", false, "http_request_seconds"),
            ("http.milliseconds", "seconds", false, "http_milliseconds_seconds"),
            ("seconds", "seconds", false, "seconds"),
            ("http.requests", nil, true, "http_requests_total"),
            ("http.requests.total", nil, true, "http_requests_total"),
            ("net.received", "bytes", true, "net_received_bytes_total"),
            ("net.received.total", "bytes", true, "net_received_bytes_total"),
            ("net.received_bytes_total", "bytes", true, "net_received_bytes_total"),
            ("net.total", "bytes", false, "net_total_bytes"),
            ("total", nil, true, "total_total"),
            ("a.subtotal", nil, true, "a_subtotal_total"),
        ] as [(String, String?, Bool, String)])
    func endsInItsUnitAndTotal(dotted: String, unit: String?, isCumulative: Bool, exposed: String) {
        #expect(
            NameValidation.legacy.exposed(dotted, unitSuffix: unit, isCumulative: isCumulative) == exposed)
    }

    @Test(arguments: [
        ("requests", "requests"), ("http.server-requests", "http_server_requests"), ("2xx", "_2xx"),
        ("a b/c", "a_b_c"), ("job:rate", "job:rate"), ("größe", "gr__e"), ("", "_"), ("_x", "_x"),
    ])
    func isSanitisedForAMetric(_ label: String, _ name: String) {
        #expect(PrometheusName.sanitised(label) == name)
    }

    @Test(arguments: [("a:b", "a_b"), ("9", "_9"), ("x.y", "x_y"), ("🦉", "_")])
    func isSanitisedForALabel(_ label: String, _ name: String) {
        #expect(PrometheusName.sanitised(label, isLabel: true) == name)
    }

    @Test(arguments: [
        ([0xFF] as [UInt8], "_"), ([0x80], "_"), ([0x61, 0x80, 0x62], "ab"), ([0xC3, 0xA9, 0x31], "_1"),
    ])
    func bytesThatAreNoTextAreSanitisedToo(_ bytes: [UInt8], _ name: String) {
        var names = Array("before".utf8)
        bytes.withBytes(in: bytes.indices) {
            PrometheusName.appendSanitised($0, in: bytes.indices, isLabel: true, to: &names)
        }
        #expect(String(decoding: names, as: UTF8.self) == "before\(name)")
    }
}
