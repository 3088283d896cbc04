import Telemetry
import TelemetryMetrics
import Testing

@testable import PrometheusFormat

@Suite(.timeLimit(.minutes(5)))
struct LabelTextTests {
    private static let values = [
        "", "x", "\\", "\\n", "\n", "\"", "a\\\"\nb", "\\\\", "trailing\\", "\r\t\u{0}", "é\u{1F600}",
        "a,b=\"c\"}", "=", String(repeating: "long", count: 5000),
    ]

    @Test(arguments: values)
    func readsBackWhatWasEmitted(_ value: String) throws {
        let metric = try labels(of: value)
        #expect(
            metric == #"label{name:"a" value:"1"} label{name:"v" value:\#(value.debugDescription)} "#
                + #"label{name:"z" value:"2"}"#)
    }

    @Test func hasNoneWithoutText() throws {
        var message = Message()
        Self.withSpan("") { message.append(labels: $0, .underscores) }
        #expect(message.bytes.isEmpty)
    }

    @Test(arguments: ["a", "a=", #"a=""#, #"a="x"#, #"a="x\"#, #"a="x\""#, "=", ","])
    func endsAtWhatIsNoLabel(_ rest: String) throws {
        var message = Message()
        Self.withSpan(#"ok="1","# + rest) { message.append(labels: $0, .underscores) }
        #expect(try WireReader.message("Metric", message.bytes) == #"label{name:"ok" value:"1"}"#)
    }

    /// The labels of a series with `value` between two others, as they are in the store.
    private func labels(of value: String) throws -> String {
        let event = Event<String>(Page.freshID())
        let page = try Page {
            Counter(
                "a", "A.", of: event, labels: Label("a") { _ in "1" }, Label("v", \.self),
                Label("z") { _ in "2" })
        }
        event.emit(value)
        var message = Message()
        page.store.families[0].forEachSeries { labels, _ in message.append(labels: labels, .underscores) }
        return try WireReader.message("Metric", message.bytes)
    }

    private static func withSpan(_ text: String, _ body: (borrowing RawSpan) -> Void) {
        let bytes = Array(text.utf8)
        body(unsafe bytes.span.bytes)
    }
}
