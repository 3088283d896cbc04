import Testing

@testable import SwiftMetricsBridge

@Suite(.timeLimit(.minutes(5)))
struct SanitisedNameTests {
    @Test(arguments: [
        ("requests", "requests"), ("http.server-requests", "http_server_requests"), ("2xx", "_2xx"),
        ("a b/c", "a_b_c"), ("job:rate", "job:rate"), ("größe", "gr__e"), ("", "_"), ("_x", "_x"),
    ])
    func metric(_ label: String, _ name: String) {
        #expect(SanitisedName.metric(label) == name)
    }

    @Test(arguments: [("a:b", "a_b"), ("9", "_9"), ("x.y", "x_y"), ("🦉", "_")])
    func dimension(_ label: String, _ name: String) {
        #expect(SanitisedName.dimension(label) == name)
    }
}
