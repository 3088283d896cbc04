import PrometheusFormat
import Testing

@Suite(.timeLimit(.minutes(5)))
struct EscapingTests {
    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\nb", "a\\nb"),
        ("\\n", "\\\\n"), ("é\r\t\u{0}", "é\r\t\u{0}"), ("\\\"\n", "\\\\\\\"\\n"),
    ])
    func escapesLabelValues(value: String, expected: String) {
        var output: [UInt8] = []
        Escaping.appendLabelValue(value, to: &output)
        Escaping.appendLabelValue(Array(value.utf8).span, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == expected + expected)
    }

    @Test(arguments: [
        (ExpositionFormat.text, "say \"no\"\\n\\\\"), (.openMetrics, "say \\\"no\\\"\\n\\\\"),
    ])
    func escapesQuotesInHelpOnlyForOpenMetrics(format: ExpositionFormat, expected: String) {
        var output: [UInt8] = []
        Escaping.appendHelp("say \"no\"\n\\", format: format, to: &output)
        Escaping.appendHelp(Array("say \"no\"\n\\".utf8).span, format: format, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == expected + expected)
    }

    @Test func appendsToWhatIsThere() {
        var output = Array("x=\"".utf8)
        Escaping.appendLabelValue("\"", to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "x=\"\\\"")
    }
}
