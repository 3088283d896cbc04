import Testing

@testable import PrometheusFormat

@Suite(.timeLimit(.minutes(5)))
struct NameEscapingTests {
    /// As `EscapeName` of prometheus/common has them.
    @Test(arguments: [
        (
            "http.requests_total", "http_requests_total", "http_dot_requests__total",
            "U__http_2e_requests__total"
        ),
        ("a b", "a_b", "a__b", "U__a_20_b"), ("9a.b", "_a_b", "__a_dot_b", "U___39_a_2e_b"),
        ("größe", "gr__e", "gr____e", "U__gr_f6__df_e"), ("🦉", "_", "__", "U___1f989_"),
        ("a:b.c", "a:b_c", "a:b_dot_c", "U__a:b_2e_c"),
    ])
    func ofAMetric(name: String, underscores: String, dots: String, values: String) {
        #expect(escaped(name, .underscores) == underscores)
        #expect(escaped(name, .dots) == dots)
        #expect(escaped(name, .values) == values)
        #expect(escaped(name, .allowUTF8) == name)
    }

    @Test func aLabelHasNoColon() {
        #expect(escaped("a:b", .underscores, isLabel: true) == "a_b")
        #expect(escaped("a:b", .values, isLabel: true) == "U__a_3a_b")
    }

    private func escaped(_ name: String, _ escaping: NameEscaping, isLabel: Bool = false) -> String {
        var bytes: [UInt8] = []
        escaping.append(name.utf8, isLabel: isLabel, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
