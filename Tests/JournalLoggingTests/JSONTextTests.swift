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
}
