import Bytes
import Glibc
import Logging
import Systemd
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct ReadEntryFormTests {
    private static func reading(_ fields: [(String, String)]) -> JournalReading {
        JournalReading(
            time: 1_754_000_000_123_456,
            fields: fields.map { JournalReading.Field(name: $0.0, value: Array($0.1.utf8)) })
    }

    private static func line(_ form: ReadEntryForm, _ fields: (String, String)...) -> String {
        String(decoding: form.line(for: reading(fields)), as: UTF8.self)
    }

    @Test func anEntryOfAHandlerReadsAsItWasLogged() throws {
        let record = LogRecord.example(
            level: .warning,
            metadata: [LogItem("order", "seven"), LogItem("size", 7), LogItem("trace_id", "ab")])
        let entry = JournalField.entry(for: record, identifier: "shop")
        let pairs = try #require(fields(of: entry)).map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), String(parts[1]))
        }
        let reading = Self.reading(
            pairs.shuffled() + [("_PID", "12"), ("_SYSTEMD_UNIT", "shop.service"), ("SYSLOG_PID", "12")])

        #expect(ReadEntryForm.json.line(for: reading) == JSONLine.render(record))
        #expect(ReadEntryForm.logfmt.line(for: reading) == LogfmtLine.render(record))
        #expect(
            ReadEntryForm.console(hasColours: true).line(for: reading)
                == ConsoleLine.render(record, hasColours: true))
    }

    @Test func anEntryOfAnotherProgramHasWhatItSays() {
        #expect(
            Self.line(.json, ("MESSAGE", "Fatal error"), ("_COMM", "shop"), ("PRIORITY", "2"))
                == #"{"time":"2025-07-31T22:13:20.123456Z","level":"critical","logger":"shop","message":"Fatal error"}"#
                + "\n")
        #expect(
            Self.line(.logfmt, ("SYSLOG_IDENTIFIER", "systemd"), ("_COMM", "x"))
                == "time=2025-07-31T22:13:20.123456Z level=info logger=systemd msg=\"\"\n")
    }

    @Test func theObjectOfTheHandlerIsShownAsItIs() {
        let event = #"{"level":"trace","metadata":{"n":7,"x":[1.5,true]}}"#
        #expect(Self.line(.json, ("MESSAGE", "a"), ("EVENT", event)) == event + "\n")
        #expect(!Self.line(.logfmt, ("MESSAGE", "a"), ("EVENT", event)).contains("trace"))
        for event in ["{}", #"{ "a" : [ ] , "é\"\u12aF\n" : { "b" : [ null , -0.5e+7 , "" ] } , "a" : 10 }"#]
        {
            #expect(Self.line(.json, ("MESSAGE", "a"), ("EVENT", event)) == event + "\n")
        }
        for event in [
            "{\u{1B}[2J}", "{\n}", "x", "{", "{}\n", "{not json}", #"{"a":1}{"a":2}"#, #"{"a":1},{"a":2}"#,
            #"{"a":}"#,
            #"{"a":01}"#, #"{"a":1.}"#, #"{"a":+1}"#, #"{"a":1e}"#, #"{"a":tru}"#, #"{"a" 1}"#, #"{"a":1,}"#,
            #"{a:1}"#,
            #"{"a":"\x"}"#, #"{"a":"\u12g4"}"#, #"{"a":[1,]}"#, #"{"a":[1}"#, #"{"a":"}"#, #"{"a":-}"#,
            #"{"a":"# + String(repeating: "[", count: 100_000) + "}",
        ] {
            #expect(Self.line(.json, ("MESSAGE", "a"), ("EVENT", event)).contains("\"message\":\"a\""))
        }
    }

    @Test func theDeepestMetadataIsShownAsItIs() {
        var value: Logger.MetadataValue = "end"
        for level in 0..<30 { value = level.isMultiple(of: 2) ? .array([value]) : .dictionary(["k": value]) }
        guard let record = recorded(.example(metadata: ["deep": value])) else {
            Issue.record("no record")
            return
        }
        let event = rendered { JSONLine.append(record, to: &$0) }
        #expect(Self.line(.json, ("MESSAGE", "other"), ("EVENT", event)) == event + "\n")
    }

    @Test func theTimeIsThatOfTheSender() {
        #expect(
            Self.line(.logfmt, ("_SOURCE_REALTIME_TIMESTAMP", "1754000000000001"))
                .hasPrefix("time=2025-07-31T22:13:20.000001Z "))
    }

    @Test(arguments: [
        ("0", "critical"), ("2", "critical"), ("3", "error"), ("4", "warning"), ("5", "notice"),
        ("6", "info"),
        ("7", "debug"), ("x", "info"),
    ])
    func aPriorityIsALevel(priority: String, level: String) {
        #expect(Self.line(.logfmt, ("PRIORITY", priority)).contains(" level=\(level) "))
    }

    @Test func nothingSteersTheTerminal() {
        for form in [ReadEntryForm.console(hasColours: false), .json, .logfmt] {
            let line = Self.line(
                form, ("MESSAGE", "a\u{1B}[2Jb\nlevel=error"), ("LOGGER", "\u{202E}x"),
                ("KEY", "\u{7}\u{9B}1m"))
            #expect(line.unicodeScalars.allSatisfy { $0 == "\n" || !$0.steersTerminal })
            // A further line of a message begins with spaces.
            #expect(line.split(separator: "\n").dropFirst().allSatisfy { $0.hasPrefix("    ") })
            #expect(line.hasSuffix("\n"))
        }
    }

    @Test func aLineForPeopleHasLocalTime() async {
        await #expect(processExitsWith: .success) {
            unsafe setenv("TZ", "XYZ-5:30", 1)
            tzset()
            let line = Self.line(
                .console(hasColours: false), ("MESSAGE", "order done"), ("LOGGER", "shop"), ("PRIORITY", "4"),
                ("ORDER", "a b"))
            #expect(line == "2025-08-01T03:43:20.123+05:30 WARNING  shop: order done order=\"a b\"\n")
        }
    }

    @Test func aTerminalShowsTheLevelInItsColour() {
        let line = Self.line(.console(hasColours: true), ("PRIORITY", "3"))
        #expect(line.contains("\u{1B}[31m ERROR    \u{1B}[0m"))
    }

    @Test func matchesAreWhatTheHandlerWrites() {
        #expect(JournalMatch(key: "order-id", value: "7") == JournalMatch("ORDER_ID", "7"))
        #expect(JournalMatch(key: "message", value: "x") == JournalMatch("F_MESSAGE", "x"))
        #expect(JournalMatch(key: "MESSAGE", value: "x") == JournalMatch("MESSAGE", "x"))
        #expect(JournalMatch(key: "_PID", value: "1") == JournalMatch("_PID", "1"))
        #expect(JournalMatch.priorities(from: .warning) == ["0", "1", "2", "3", "4"])
        #expect(JournalMatch.priorities(from: .trace).count == 8)
    }
}
