import Bytes
import Linux
import Logging
import Telemetry
import Testing

@testable import JournalLogging

/// Records, from the statement through the bytes in which they are queued.
@Suite(.timeLimit(.minutes(5)))
struct LogRecordTests {
    private struct Refused: Error, CustomStringConvertible {
        let description = "card refused"
    }

    @Test func keepsWhatTheStatementSays() throws {
        let record = try #require(recorded(.example("zwölf\n", metadata: ["a": "b"]), trace: exampleTrace))
        #expect(record.time == 1_754_000_000_123_456)
        #expect(record.level == .error)
        #expect(record.destination == 3)
        #expect(record.label == "shop")
        #expect(record.message == "zwölf\n")
        #expect(record.metadata == [.init("a", "b")])
        #expect(record.source == "A/B.swift:7")
        #expect(record.function == "f()")
        #expect(record.trace == exampleTrace)
        #expect(record.errno == nil)
    }

    @Test(arguments: Logger.Level.allCases)
    func keepsTheLevel(level: Logger.Level) throws {
        var event = LogEvent.example()
        event.level = level
        #expect(try #require(recorded(event)).level == level)
    }

    @Test func theStatementWinsOverTheProviderAndThatOverTheLogger() throws {
        let record = try #require(
            recorded(
                .example(metadata: ["a": "statement"]),
                logger: ["a": "logger", "b": "logger", "c": "logger"],
                provided: ["a": "provider", "b": "provider"]))
        #expect(record.metadata == [.init("a", "statement"), .init("b", "provider"), .init("c", "logger")])
    }

    @Test func anErrorBecomesItsMessageAndType() throws {
        let record = try #require(recorded(.example(error: Refused(), metadata: ["error.message": "lost"])))
        #expect(record.metadata.map(\.key) == ["error.message", "error.type"])
        #expect(record["error.message"] == "card refused")
        #expect(record["error.type"]?.plainText.hasSuffix("Refused") == true)
        #expect(record.errno == nil)
    }

    @Test func anErrorOfTheSystemHasItsNumber() throws {
        let error = LinuxError.call(operation: "open", errno: 13, context: "x")
        #expect(try #require(recorded(.example(error: error))).errno == 13)
    }

    @Test func leavesSensitiveValuesOut() throws {
        let record = try #require(
            recorded(
                .example(metadata: [
                    "user": "\("ada", attributes: [Sensitivity.sensitive])",
                    "shop": "\("left bank", attributes: [Sensitivity.open])",
                ])))
        #expect(record.metadata == [.init("shop", "left bank"), .init("user", "<redacted>")])
    }

    @Test func boundsHugeTextsAndTheirSum() throws {
        let size = 10 * TextLimit.bytesPerField
        let long = String(repeating: "x", count: size)
        let metadata = Dictionary(
            uniqueKeysWithValues: (10..<99).map { ("k\($0)", Logger.MetadataValue.string(long)) })
        let record = try #require(recorded(.example("\(long)", metadata: metadata)))
        #expect(record.message.hasSuffix("x…[truncated, \(size) bytes]"))
        #expect(record.message.utf8.count < TextLimit.bytesPerField + 50)
        #expect(record["…"]?.plainText.hasSuffix(" more]") == true)
        let bytes = record.metadata.reduce(0) { $0 + $1.value.plainText.utf8.count }
        #expect(bytes + record.message.utf8.count < TextLimit.bytesPerRecord + 1000)
    }

    /// A record as it may be found in memory.
    private func found(time: Int64 = 1, _ put: (inout OutputRawSpan) -> Bool = { _ in true }) -> LogRecord? {
        withScratch(byteCount: 1 << 10) { span in
            let isWhole =
                span.put(time) && span.put(77 as UInt32) && span.put(2 as UInt8) && span.put(0 as UInt8)
                && span.put(7 as UInt32) && span.put(0 as Int32) && span.put(0 as UInt8)
                && ["shop", "order done", "A/B.swift", "f()"].allSatisfy { span.put($0) } && put(&span)
            return isWhole ? RecordDecoder.record(in: span.bytes) : nil
        }
    }

    @Test(arguments: [
        (Int64.min, false), (-62_167_219_200_000_001, false), (-62_167_219_200_000_000, true), (0, true),
        (253_402_300_799_999_999, true), (253_402_300_800_000_000, false), (.max, false),
    ])
    func aTimeHasAYearOfFourDigits(time: Int64, isRecord: Bool) {
        #expect((found(time: time) != nil) == isRecord)
    }

    @Test(arguments: [
        ("7", true), ("-170141183460469231731687303715884105728", true), ("0", true),
        ("", false), ("-", false), ("007", false), ("+7", false), ("1e", false),
        ("\u{1B}[2J\n{\"fake\":1}", false),
        ("7\n", false), ("7,\"x\":1", false), ("true", false),
    ])
    func onlyAWholeNumberIsWrittenWithoutQuotes(text: String, isNumber: Bool) throws {
        let record = try #require(
            found { $0.put("k") && $0.put(RecordEncoder.Tag.literal.rawValue) && $0.put(text) })
        #expect(record["k"] == (isNumber ? .literal(text) : .text(text)))
    }

    @Test func anyBytesAreARecordThatCanBeWrittenOrNone() throws {
        let metadata: Logger.Metadata = [
            "a": "text\n", "n": "\(7 as UInt8)", "x": "\(0.1)", "l": ["\(1)", ["k": "\(true)"]],
        ]
        var whole: [UInt8] = []
        let encoder = RecordEncoder(
            label: "shop", destination: 0, time: 1, logger: metadata, provided: [:], failure: nil,
            trace: exampleTrace)
        withScratch(byteCount: 1 << 10) { span in
            if encoder.write(.example(), to: &span) { span.bytes.append(0..<span.byteCount, to: &whole) }
        }
        var generator = SystemRandomNumberGenerator()
        let drawn: [UInt8] = Array(0...12) + [0x1B, 0x22, 0x5C, 0x7F, 0x80, 0x9B, 0xC2, 0xFF]
        var records = 0
        for _ in 0..<5000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let index = Int.random(in: bytes.indices, using: &generator)
                bytes[index] = drawn.randomElement(using: &generator) ?? 0
            }
            guard let record = bytes.withBytes(in: bytes.indices, { RecordDecoder.record(in: $0) }) else {
                continue
            }
            records += 1
            for form in JournalLogHandler.Format.allCases {
                let line = LogDestination(format: form, identifier: "x").line(record)
                #expect(line.last == UInt8(ascii: "\n"))
                if form != .console { #expect(line.count { $0 < 0x20 || $0 == 0x7F } == 1) }
            }
            #expect(fields(of: JournalField.entry(for: record, identifier: "x")) != nil)
        }
        #expect(records > 0)
        #expect(whole.withBytes(in: 0..<0) { RecordDecoder.record(in: $0) } == nil)
    }

    @Test func recordsRepeatWhateverTheirTimeThreadAndTrace() {
        var other = LogRecord.example(time: 5, trace: exampleTrace)
        other.thread = 5
        #expect(other.repeats(.example()))
        #expect(!other.repeats(.example(message: "another")))
        #expect(!other.repeats(.example(metadata: [.init("a", "b")])))
    }
}
