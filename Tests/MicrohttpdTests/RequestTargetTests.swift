import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct RequestTargetTests {
    @Test(arguments: [
        ("/", "/", []), ("/a%20b", "/a b", []), ("/a+b?a+b=c%2Bd", "/a+b", [("a b", "c+d")]),
        ("/a?", "/a", []),
        ("/a?x", "/a", [("x", "")]), ("/a?x=1&x=2&&=y", "/a", [("x", "1"), ("x", "2"), ("", "y")]),
        ("/a?x=a=b?c", "/a", [("x", "a=b?c")]), ("/%C3%A4", "/ä", []), ("/%ff", "/\u{FFFD}", []),
        ("", "", []),
        ("http://a:9568/b/c?x=1", "/b/c", [("x", "1")]), ("HTTP://a", "/", []),
        ("https://[::1]?x", "/", [("x", "")]),
        ("http:/a", "http:/a", []), ("/http://a/b", "/http://a/b", []),
        ("*", "*", []), ("/?name%5B%5D=up", "/", [("name[]", "up")]), ("/%2F%2f", "///", []),
    ])
    func splitsAndDecodes(target: String, path: String, query: [(String, String)]) throws {
        let parsed = try #require(RequestTarget(target))

        #expect(parsed.path == path)
        #expect(parsed.query == query.map { QueryItem(name: $0, value: $1) })
    }

    @Test(arguments: [
        "/%", "/%4", "/%zz", "/%4g", "/%00", "/?a=%", "/?%=a", "/?a=%00", "http://", "http:///a",
    ])
    func refusesMalformedEscapesNulAndMissingHosts(target: String) {
        #expect(RequestTarget(target) == nil)
    }
}
