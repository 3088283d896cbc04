import Logging
import Systemd
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct JournalFieldTests {
    @Test(arguments: [
        ("request_id", "REQUEST_ID"),
        ("http.status-code", "HTTP_STATUS_CODE"),
        ("Größe", "GR____E"),
        ("_pid", "PID"),
        ("__CURSOR", "CURSOR"),
        ("9lives", "F_9LIVES"),
        ("", "F_"),
        ("___", "F_"),
        ("message", "F_MESSAGE"),
        ("_message", "F_MESSAGE"),
        ("priority", "F_PRIORITY"),
        ("syslog.identifier", "F_SYSLOG_IDENTIFIER"),
        ("code_line", "F_CODE_LINE"),
        ("logger", "F_LOGGER"),
        ("event", "F_EVENT"),
        ("unit", "F_UNIT"),
        ("fields_left_out", "F_FIELDS_LEFT_OUT"),
        ("object_pid", "F_OBJECT_PID"),
        (String(repeating: "k", count: 65), String(repeating: "K", count: 64)),
        (String(repeating: "8", count: 64), "F_" + String(repeating: "8", count: 62)),
    ])
    func mapsKeysToValidNames(key: String, name: String) {
        #expect(JournalField.name(for: key, value: "x") == name)
    }

    @Test(arguments: [
        ("message_id", "5eb03494b6584870a536b337290809b3", "MESSAGE_ID"),
        ("message_id", "5EB03494B6584870A536B337290809B3", "MESSAGE_ID"),
        ("message_id", "5eb03494-b658-4870-a536-b337290809b3", "F_MESSAGE_ID"),
        ("message_id", "5eb03494b6584870a536b337290809bg", "F_MESSAGE_ID"),
        ("errno", "2", "ERRNO"),
        ("errno", "ENOENT", "F_ERRNO"),
    ])
    func passesOnlyWellFormedSpecialValuesThrough(key: String, value: String, name: String) {
        #expect(JournalField.name(for: key, value: value) == name)
    }

    @Test(
        arguments: zip(
            Logger.Level.allCases, ["7", "7", "6", "5", "4", "3", "2"]))
    func mapsLevelsToPriorities(level: Logger.Level, priority: String) {
        #expect(JournalField.priority(of: level) == priority)
    }

    @Test func makesOneEntryPerRecord() {
        let record = LogRecord.example(
            message: "two\nlines", level: .error,
            metadata: [
                .init("a.b", "x"), .init("a_b", "y"), .init("items", [1, "b"]), .init("message", "other"),
            ],
            errno: 2, trace: exampleTrace)
        #expect(
            fields(of: JournalField.entry(for: record, identifier: "shopd")) == [
                "MESSAGE=two\nlines", "PRIORITY=3", "SYSLOG_IDENTIFIER=shopd", "LOGGER=shop",
                "CODE_FILE=Shop/Order.swift", "CODE_LINE=42", "CODE_FUNC=finish()", "TID=77", "ERRNO=2",
                "TRACE_ID=4bf92f3577b34da6a3ce929d0e0e4736", "SPAN_ID=00f067aa0ba902b7", "A_B=x", "A_B=y",
                #"ITEMS=[1,"b"]"#, "F_MESSAGE=other",
                "EVENT=" + rendered { JSONLine.append(record, to: &$0) },
            ])
    }

    /// An entry of more than 1,024 fields is dropped by journald, which tells nobody.
    @Test(arguments: [900, 901, 1100, 10_000])
    func anEntryHasNoMoreFieldsThanJournaldTakes(count: Int) throws {
        let record = LogRecord.example(
            metadata: (0..<count).map { LogItem("k\($0)", .text("v\($0)")) }, errno: 2, trace: exampleTrace)
        let entry = JournalField.entry(for: record, identifier: "shopd")
        let found = try #require(fields(of: entry))
        #expect(found.count <= 1000)
        let kept = (0..<min(count, 900)).map { "K\($0)=v\($0)" }
        #expect(found.filter { $0.hasPrefix("K") } == kept)
        let more = count > 900 ? ["FIELDS_LEFT_OUT=\(count - 900)"] : []
        #expect(found.filter { $0.hasPrefix("FIELDS_LEFT_OUT") } == more)
        #expect(found.last == "EVENT=" + rendered { JSONLine.append(record, to: &$0) })
    }

    @Test func theStatementsOwnTraceAndErrnoAreNotRepeated() {
        let record = LogRecord.example(
            metadata: [.init("errno", 13), .init("trace_id", "mine")], errno: 2, trace: exampleTrace)
        let found = fields(of: JournalField.entry(for: record, identifier: "shopd"))
        #expect(found?.filter { $0.hasPrefix("ERRNO=") } == ["ERRNO=13"])
        #expect(found?.filter { $0.hasPrefix("TRACE_ID=") } == ["TRACE_ID=mine"])
    }
}
