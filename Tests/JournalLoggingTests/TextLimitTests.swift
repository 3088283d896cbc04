import Testing

@testable import JournalLogging

@Suite(.timeLimit(.minutes(5)))
struct TextLimitTests {
    @Test(arguments: [
        ("", ""),
        ("abcd", "abcd"),
        ("abcde", "abcd…[truncated, 5 bytes]"),
        ("abcé", "abc…[truncated, 5 bytes]"),
        ("🙂🙂", "🙂…[truncated, 8 bytes]"),
        ("ab🙂", "ab…[truncated, 6 bytes]"),
    ])
    func cutsBetweenCharacters(text: String, kept: String) {
        #expect(TextLimit.apply(to: text, limit: 4) == kept)
    }
}
