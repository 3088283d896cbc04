import Testing

@testable import Serving

@Suite(.timeLimit(.minutes(5)))
struct GlobPatternTests {
    @Test(arguments: [
        ("shop.*.latency", "shop.berlin.latency", ["berlin"]),
        ("*.*", "a.b", ["a", "b"]),
        ("shop", "shop", []),
        ("shop.*", "shop", nil),
        ("shop.*", "shop.a.b", nil),
        ("shop.*", "store.a", nil),
    ])
    func capturesWholeSegments(pattern: String, name: String, captures: [String]?) {
        let segments = pattern.split(separator: ".", omittingEmptySubsequences: false)
        #expect(
            GlobPattern(segments).captures(of: GlobPattern.segments(of: name))?.map(String.init) == captures)
    }
}
