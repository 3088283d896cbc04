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

    @Test func anyBytesAreARecordOrNone() throws {
        var bytes = [UInt8](repeating: 0, count: 300)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<10_000 {
            for index in bytes.indices { bytes[index] = UInt8.random(in: 0...12, using: &generator) }
            let count = Int.random(in: 0...bytes.count, using: &generator)
            bytes.withBytes(in: 0..<count) { _ = RecordDecoder.record(in: $0) }
        }
        #expect(bytes.withBytes(in: 0..<0) { RecordDecoder.record(in: $0) } == nil)
    }

    @Test func recordsRepeatWhateverTheirTimeAndThread() {
        var other = LogRecord.example(time: 5)
        other.thread = 5
        #expect(other.repeats(.example()))
        #expect(!other.repeats(.example(message: "another")))
        #expect(!other.repeats(.example(metadata: [.init("a", "b")])))
        #expect(!other.repeats(.example(trace: exampleTrace)))
    }
}
