import Logging
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct LogfmtLineTests {
    @Test func rendersPairs() {
        let record = LogRecord.example(
            metadata: [
                ("a b", "x"), ("empty", ""), ("list", [.stringConvertible(1), "b"]),
                ("n", .stringConvertible(3)),
                ("path", "/a=b"),
            ])
        let line = String(decoding: LogfmtLine.render(record), as: UTF8.self)
        let expected =
            #"time=2025-07-31T22:13:20.123456Z level=info logger=shop msg="order done" a_b=x empty="" "#
            + #"list="[1,\"b\"]" n=3 path="/a=b" source=Shop/Order.swift:42"# + "\n"
        #expect(line == expected)
    }

    @Test func keepsOneLineWhateverIsLogged() {
        let record = LogRecord.example(message: "a\nlevel=critical", metadata: [("k\n=\"", "v\n\u{1B}")])
        let line = String(decoding: LogfmtLine.render(record), as: UTF8.self)
        let expected =
            #"time=2025-07-31T22:13:20.123456Z level=info logger=shop msg="a\nlevel=critical" "#
            + #"k___="v\n\u001b" source=Shop/Order.swift:42"# + "\n"
        #expect(line == expected)
    }
}
