import Testing

@testable import Microhttpd

@Suite(.timeLimit(.minutes(5)))
struct HeadersTests {
    private let headers: Headers = ["Accept": "a", "X-One": "1", "aCCEPT": "b"]

    @Test(arguments: [
        ("accept", "a, b"), ("ACCEPT", "a, b"), ("x-one", "1"), ("x-on", nil), ("x_one", nil), ("", nil),
    ])
    func findsByNameWithoutCase(name: String, value: String?) {
        #expect(headers[name] == value)
    }

    @Test func keepsOrderAndDuplicates() {
        #expect(headers.fields.map(\.name) == ["Accept", "X-One", "aCCEPT"])
        #expect(headers.values("accept") == ["a", "b"])
    }

    @Test func varyNamesEachFieldOnce() {
        var headers: Headers = [:]
        headers.vary(on: "Accept-Encoding")
        headers.vary(on: "Accept-Encoding")
        #expect(headers.values("Vary") == ["Accept-Encoding"])

        var page: Headers = ["Vary": "Accept"]
        page.vary(on: "Accept-Encoding")
        #expect(page.values("Vary") == ["Accept, Accept-Encoding"])
        var written: Headers = ["Vary": "accept-encoding"]
        written.vary(on: "Accept-Encoding")
        #expect(written.values("Vary") == ["accept-encoding"])
        var longer: Headers = ["Vary": "Accept-Encoding-Hint"]
        longer.vary(on: "Accept-Encoding")
        #expect(longer.values("Vary") == ["Accept-Encoding-Hint, Accept-Encoding"])
    }
}
