import Logging
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct ConsoleLineTests {
    private func line(_ record: LogRecord, hasColours: Bool = false, offset: Int = 7200) -> String {
        String(
            decoding: ConsoleLine.render(record, hasColours: hasColours, zone: { _ in offset }), as: UTF8.self
        )
    }

    @Test func rendersForPeople() {
        let record = LogRecord.example(
            metadata: [.init("message_id", "hidden"), .init("n", 3), .init("path", "/a b")],
            trace: exampleTrace)
        #expect(
            line(record)
                == "2025-08-01T00:13:20.123+02:00 INFO     shop: order done n=3 path=\"/a b\" "
                + "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 Shop/Order.swift:42\n")
    }

    @Test func coloursTheLevelAndTheKeys() {
        #expect(
            line(.example(level: .error, metadata: [.init("n", 3)]), hasColours: true)
                == "\u{1B}[2m2025-08-01T00:13:20.123+02:00\u{1B}[0m\u{1B}[31m ERROR    \u{1B}[0m"
                + "\u{1B}[2mshop: \u{1B}[0morder done\u{1B}[36m n=\u{1B}[0m3"
                + "\u{1B}[2m Shop/Order.swift:42\u{1B}[0m\n")
    }

    @Test(arguments: [
        (Int64.max, 3600, "9999-12-31T23:59:59.999+01:00 "), (.min, -60, "0000-01-01T00:00:00.000-00:01 "),
    ])
    func timesWithoutAYearOfFourDigitsAreTheNearestThatHasOne(time: Int64, offset: Int, text: String) {
        #expect(line(.example(time: time), offset: offset).hasPrefix(text))
    }

    @Test func aRecordNeitherSteersTheTerminalNorPassesForTwo() {
        let record = LogRecord.example(message: "a\nINFO\u{1B}[2J", metadata: [.init("k\nx", "v\nw\u{9B}")])
        #expect(
            line(record, offset: -12_600)
                == "2025-07-31T18:43:20.123-03:30 INFO     shop: a\n    INFO\\u{1B}[2J "
                + "k x=\"v\\nw\\u009b\" Shop/Order.swift:42\n")
    }
}
