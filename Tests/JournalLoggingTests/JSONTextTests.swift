import Logging
import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct JSONTextTests {
    @Test(arguments: [
        ("plain", #""plain""#),
        ("", #""""#),
        (#"say "hi" \ bye"#, #""say \"hi\" \\ bye""#),
        ("a\nb\r\tc", #""a\nb\r\tc""#),
        ("\u{0}\u{1}\u{1B}[31m\u{1F}", #""\u0000\u0001\u001b[31m\u001f""#),
        ("\u{7F}\u{80}\u{9B}\u{9F}", #""\u007f\u0080\u009b\u009f""#),
        ("\u{9B}31m", #""\u009b31m""#),
        ("é £ 世界 🙂\u{2028}", "\"é £ 世界 🙂\\u2028\""),
        ("\u{202E}gpj.\u{2066}\u{7F}\u{9B}", "\"\\u202egpj.\\u2066\\u007f\\u009b\""),
        (String(decoding: [0x61, 0xFF, 0xC3], as: UTF8.self), "\"a\u{FFFD}\u{FFFD}\""),
    ])
    func escapesStrings(text: String, json: String) {
        #expect(rendered { JSONText.append(text, to: &$0) } == json)
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
    func keepsTypes(value: Logger.MetadataValue, json: String) {
        #expect(rendered { JSONText.append(value, to: &$0) } == json)
    }

    @Test func saysHowMuchOfALongArrayIsLeftOut() {
        let value = Logger.MetadataValue.array(Array(repeating: .stringConvertible(1), count: 100_000))
        let json = rendered { JSONText.append(value, to: &$0) }
        #expect(json.utf8.count < TextLimit.bytesPerField + 100)
        #expect(json.hasSuffix(#",1,"…[truncated, 67232 more]"]"#))
    }

    @Test func saysHowMuchOfALongDictionaryIsLeftOut() {
        let long = String(repeating: "x", count: TextLimit.bytesPerField)
        let value = Logger.MetadataValue.dictionary(["a": .string(long), "b": "lost", "c": "lost"])
        let json = rendered { JSONText.append(value, to: &$0) }
        #expect(json == #"{"a":"\#(long)","…":"…[truncated, 2 more]"}"#)
    }

    @Test func doesNotDescendWithoutEnd() {
        var value = Logger.MetadataValue.string("bottom")
        for _ in 0..<10_000 { value = .array([value]) }
        let brackets = TextLimit.depth
        #expect(
            rendered { JSONText.append(value, to: &$0) }
                == String(repeating: "[", count: brackets) + #""…[nested too deeply]""#
                + String(repeating: "]", count: brackets))
    }
}
