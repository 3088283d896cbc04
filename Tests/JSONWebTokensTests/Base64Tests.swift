import Testing

@testable import JSONWebTokens

@Suite(.timeLimit(.minutes(5)))
struct Base64Tests {
    /// From RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
        ("Zm9vYmFy", "foobar"),
    ])
    func decodes(text: String, decoded: String) {
        #expect(Base64.decode(text[...].utf8) == Array(decoded.utf8))
        #expect(Base64.decodeURL(text.prefix { $0 != "=" }.utf8) == Array(decoded.utf8))
    }

    @Test func knowsBothAlphabets() {
        #expect(Base64.decode("+/+/"[...].utf8) == [0xfb, 0xff, 0xbf])
        #expect(Base64.decodeURL("-_-_"[...].utf8) == [0xfb, 0xff, 0xbf])
        #expect(Base64.decode("-_-_"[...].utf8) == nil)
        #expect(Base64.decodeURL("+/+/"[...].utf8) == nil)
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "Zg==Zg==", "é===",
    ])
    func refuses(text: String) {
        #expect(Base64.decode(text[...].utf8) == nil)
    }

    @Test(arguments: ["Z", "Zh", "Zm9v=", "Zg==", "Zm9vZ"])
    func refusesForURLs(text: String) {
        #expect(Base64.decodeURL(text[...].utf8) == nil)
    }
}
