import Logging
import Testing

@testable import JournalLogging

/// Values of metadata, from the statement that has them to JSON.
@Suite(.timeLimit(.minutes(5)))
struct MetadataValueTests {
    /// A value after it was written as bytes and read.
    private func json(_ value: Logger.MetadataValue) throws -> String {
        let record = try #require(recorded(.example(metadata: ["k": value])))
        let item = try #require(record["k"])
        return rendered { JSONText.append(item, to: &$0) }
    }

    @Test(arguments: [
        (Logger.MetadataValue.string("42"), #""42""#),
        (.stringConvertible(42), "42"),
        (.stringConvertible(UInt64.max), "18446744073709551615"),
        (.stringConvertible(Int8.min), "-128"),
        (.stringConvertible(true), "true"),
        (.stringConvertible(1.5), "1.5"),
        (.stringConvertible(1e-7), "1e-07"),
        (.stringConvertible(Float(0.25)), "0.25"),
        (.stringConvertible(Double.nan), #""nan""#),
        (.stringConvertible(-Double.infinity), #""-inf""#),
        (.stringConvertible(Duration.seconds(1)), #""1.0 seconds""#),
        (.array([.stringConvertible(1), "a", .array([])]), #"[1,"a",[]]"#),
        (.dictionary(["b": .stringConvertible(false), "a": .dictionary([:])]), #"{"a":{},"b":false}"#),
    ])
    func keepsTypes(value: Logger.MetadataValue, expected: String) throws {
        #expect(try json(value) == expected)
    }

    @Test func saysHowMuchOfALongArrayIsLeftOut() throws {
        let value = Logger.MetadataValue.array(Array(repeating: .stringConvertible(1), count: 100_000))
        let json = try json(value)
        #expect(json.utf8.count < TextLimit.bytesPerField + 100)
        #expect(json.hasSuffix(#",1,"…[truncated, 92718 more]"]"#))
    }

    @Test func saysHowMuchOfALongDictionaryIsLeftOut() throws {
        let long = String(repeating: "x", count: TextLimit.bytesPerField)
        let value = Logger.MetadataValue.dictionary(["a": .string(long), "b": "lost", "c": "lost"])
        let json = try json(value)
        #expect(json == #"{"a":"\#(long)","…":"…[truncated, 2 more]"}"#)
    }

    @Test func doesNotDescendWithoutEnd() throws {
        var value = Logger.MetadataValue.string("bottom")
        for _ in 0..<10_000 { value = .array([value]) }
        let brackets = TextLimit.depth
        #expect(
            try json(value)
                == String(repeating: "[", count: brackets) + #""…[nested too deeply]""#
                + String(repeating: "]", count: brackets))
    }
}
