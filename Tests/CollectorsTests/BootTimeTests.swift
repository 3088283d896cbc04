import Testing

@testable import Collectors

@Suite(.timeLimit(.minutes(5)))
struct BootTimeTests {
    @Test(arguments: [
        ("cpu  1 2\nbtime 1700000000\nprocesses 9\n", UInt64(1_700_000_000)), ("btime 5", 5),
        ("btime x\n", nil),
        ("xbtime 5\n", nil), ("btime -5\n", nil), ("", nil),
    ])
    func readsTheLine(contents: String, expected: UInt64?) {
        #expect(BootTime.parse(Array(contents.utf8)) == expected)
    }
}
