import Logging
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct JSONLineTests {
    @Test func rendersOneObjectPerLine() {
        let record = LogRecord.example(
            message: "two\nlines",
            metadata: [("elapsed", .stringConvertible(0.25)), ("items", ["a", .stringConvertible(3)])])
        let line = String(decoding: JSONLine.render(record), as: UTF8.self)
        let expected =
            #"{"time":"2025-07-31T22:13:20.123456Z","level":"info","logger":"shop","message":"two\nlines","#
            + #""metadata":{"elapsed":0.25,"items":["a",3]},"source":"Shop/Order.swift:42"}"# + "\n"
        #expect(line == expected)
    }

    @Test func leavesOutEmptyMetadata() {
        let line = String(decoding: JSONLine.render(.example(level: .critical)), as: UTF8.self)
        let expected =
            #"{"time":"2025-07-31T22:13:20.123456Z","level":"critical","logger":"shop","message":"order done","#
            + #""source":"Shop/Order.swift:42"}"# + "\n"
        #expect(line == expected)
    }

    @Test func boundsAHugeMessage() {
        let size = 10 * TextLimit.bytesPerField
        let record = LogRecord.example(message: String(repeating: "x", count: size))
        let line = String(decoding: JSONLine.render(record), as: UTF8.self)
        #expect(line.contains("x…[truncated, \(size) bytes]\""))
        #expect(line.utf8.count < TextLimit.bytesPerField + 300)
    }
}
