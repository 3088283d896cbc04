import Logging
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct JSONLineTests {
    @Test func rendersOneObjectPerLine() {
        let record = LogRecord.example(
            message: "two\nlines",
            metadata: [.init("elapsed", .literal("0.25")), .init("items", ["a", 3])], errno: 2,
            trace: exampleTrace)
        let line = String(decoding: JSONLine.render(record), as: UTF8.self)
        let expected =
            #"{"time":"2025-07-31T22:13:20.123456Z","level":"info","logger":"shop","message":"two\nlines","#
            + #""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","#
            + #""metadata":{"elapsed":0.25,"items":["a",3]},"errno":2,"source":"Shop/Order.swift:42","#
            + #""function":"finish()","thread":77}"# + "\n"
        #expect(line == expected)
    }

    @Test func leavesOutEmptyMetadata() {
        let line = String(decoding: JSONLine.render(.example(level: .critical)), as: UTF8.self)
        let expected =
            #"{"time":"2025-07-31T22:13:20.123456Z","level":"critical","logger":"shop","message":"order done","#
            + #""source":"Shop/Order.swift:42","function":"finish()","thread":77}"# + "\n"
        #expect(line == expected)
    }
}
