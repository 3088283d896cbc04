import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct LogfmtLineTests {
    @Test func rendersPairs() {
        let record = LogRecord.example(
            metadata: [
                .init("a b", "x"), .init("empty", ""), .init("list", [1, "b"]), .init("n", 3),
                .init("path", "/a=b"),
            ], errno: 2, trace: exampleTrace)
        let line = String(decoding: LogfmtLine.render(record), as: UTF8.self)
        let expected =
            #"time=2025-07-31T22:13:20.123456Z level=info logger=shop msg="order done" "#
            + "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7 "
            + #"a_b=x empty="" list="[1,\"b\"]" n=3 path="/a=b" errno=2 source=Shop/Order.swift:42"# + "\n"
        #expect(line == expected)
    }

    @Test func keepsOneLineWhateverIsLogged() {
        let record = LogRecord.example(message: "a\nlevel=critical", metadata: [.init("k\n=\"", "v\n\u{1B}")])
        let line = String(decoding: LogfmtLine.render(record), as: UTF8.self)
        let expected =
            #"time=2025-07-31T22:13:20.123456Z level=info logger=shop msg="a\nlevel=critical" "#
            + #"k___="v\n\u001b" source=Shop/Order.swift:42"# + "\n"
        #expect(line == expected)
    }
}
