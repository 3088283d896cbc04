import Bytes
import Testing

@Suite(.timeLimit(.minutes(5)))
struct StringHarmlessTests {
    @Test(arguments: [
        ("plain text\n\tand é 世界 🙂", "plain text\n\tand é 世界 🙂"),
        ("\u{1B}[2J\u{7}", #"\u{1B}[2J\u{07}"#), ("a\rb", #"a\rb"#), ("\u{7F}\u{9B}1m", #"\u{7F}\u{009B}1m"#),
        ("\u{202E}gpj.exe\u{2066}\u{200F}", #"\u{202E}gpj.exe\u{2066}\u{200F}"#), ("\u{2028}", #"\u{2028}"#),
    ])
    func escapesWhatSteersATerminal(text: String, shown: String) {
        #expect(text.harmless == shown)
    }
}
