import Testing

@testable import ConfigurationKeys

@Suite(.timeLimit(.minutes(5)))
struct SuggestionTests {
    private static let candidates = [
        "gauges", "others", "series-limit", "listen-addresses", "udp", "unix", "unix-mode",
    ]

    @Test(arguments: [
        ("gauge", "gauges"), ("Others", "others"), ("series_limit", "series-limit"), ("upd", "udp"),
        ("UDP", "udp"),
        ("listen-address", "listen-addresses"), ("unix_mode", "unix-mode"),
        ("listen_address", "listen-addresses"),
    ])
    func findsTheNearest(word: String, expected: String) {
        #expect(Suggestion.closest(to: word, among: Self.candidates) == expected)
    }

    @Test(arguments: ["", "x", "tcp-port", "prefix", String(repeating: "a", count: 10_000)])
    func staysSilentWhenNothingIsNear(word: String) {
        #expect(Suggestion.closest(to: word, among: Self.candidates) == nil)
    }

    @Test(arguments: [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("abc", "axc", 1), ("abcd", "acbde", 2)])
    func measuresEdits(left: String, right: String, distance: Int) {
        #expect(Suggestion.distance(Array(left.utf8), Array(right.utf8), limit: 9) == distance)
    }
}
