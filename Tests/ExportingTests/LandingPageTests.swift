import Endpoint
import Microhttpd
import Testing

@testable import Exporting

@Suite(.timeLimit(.minutes(5)))
struct LandingPageTests {
    @Test func linksThePathEscaped() throws {
        let page = LandingPage([.init("/a\"<b>&", title: "Metrics", note: " > all")]).response
        guard case .bytes(let bytes) = page.body else {
            Issue.record("no body")
            return
        }
        let html = String(decoding: bytes, as: UTF8.self)
        #expect(html.contains(#"<a href="/a&#34;&#60;b&#62;&#38;">Metrics</a> &#62; all</li>"#))
    }
}
