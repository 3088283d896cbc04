import Testing

@testable import JSONWebTokens

@Suite(.timeLimit(.minutes(5)))
struct JSONValueTests {
    private static func value(_ text: String) -> JSONValue? { JSONValue(Array(text.utf8)) }

    @Test func readsEveryKindOfValue() {
        #expect(
            Self.value(#" {"a": [1, -2.5e3, true, false, null, {}], "b":"\u00e9\n\ud83d\ude00\"\\\/"} "#)
                == .object([
                    "a": .array([
                        .number(1), .number(-2500), .boolean(true), .boolean(false), .null, .object([:]),
                    ]), "b": .string("é\n\u{1F600}\"\\/"),
                ]))
        #expect(Self.value("[]") == .array([]))
        #expect(Self.value("0") == .number(0))
    }

    @Test(arguments: [
        "", "{", "}", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "{'a':1}", "{\"a\":1 \"b\":2}", "[1 2]",
        "tru",
        "nul", "01", "-", "+1", "1.", ".5", "1e", "1e999", "NaN", "Infinity", "0x10", "--1", "\"", "\"\\x\"",
        "\"\\u12\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"", "\"a\nb\"", "{} {}", "[1]x",
        "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":1}", "[[[[[[[[[1]]]]]]]]]", "\u{feff}{}",
    ])
    func refuses(text: String) {
        #expect(Self.value(text) == nil)
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(JSONValue([0x22, 0xff, 0x22]) == nil)
        #expect(JSONValue([0x22, 0xed, 0xa0, 0x80, 0x22]) == nil)
    }

    @Test func nestsEightDeepAtMost() {
        #expect(Self.value("[[[[[[[1]]]]]]]") != nil)
        #expect(Self.value(String(repeating: "[", count: 100_000)) == nil)
    }
}
