import Microhttpd
import Testing

@testable import WebAccess

@Suite(.timeLimit(.minutes(5)))
struct SentCredentialsTests {
    private static func read(_ values: String...) -> SentCredentials? {
        var headers = Headers()
        for value in values { headers.append("authorization", value) }
        return SentCredentials(headers)
    }

    private static func basic(_ user: String, _ password: String) -> SentCredentials {
        .basic(user: Array(user.utf8), password: Array(password.utf8))
    }

    @Test func readsNamesAndPasswords() {
        #expect(Self.read("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") == Self.basic("Aladdin", "open sesame"))
        #expect(Self.read("bAsIc   QWxhZGRpbjpvcGVuIHNlc2FtZQ==") == Self.basic("Aladdin", "open sesame"))
        // test:123£, from RFC 7617.
        #expect(Self.read("Basic dGVzdDoxMjPCow==") == Self.basic("test", "123£"))
        #expect(Self.read("Basic YTpiOmM6") == Self.basic("a", "b:c:"))
        #expect(Self.read("Basic Og==") == Self.basic("", ""))
        #expect(Self.read("Basic OmI=") == Self.basic("", "b"))
        #expect(Self.read("Basic /zoA") == .basic(user: [0xff], password: [0]))
    }

    @Test func readsTokens() {
        #expect(Self.read("Bearer mF_9.B5f-4.1JqM") == .bearer(Array("mF_9.B5f-4.1JqM".utf8)))
        #expect(Self.read("BEARER a") == .bearer([0x61]))
    }

    @Test(arguments: [
        "", "Basic", "Basic ", "Basic QWxhZGRpbg==", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ", "Basic !!!!",
        "Bearer",
        "Bearer ", "Bearer a b", "Bearer é", "Digest YTpi", "YTpi", "Basic  YTpi YTpi",
    ])
    func refuses(value: String) {
        #expect(Self.read(value) == nil)
    }

    @Test func refusesSeveral() {
        #expect(Self.read("Basic YTpi", "Basic YTpi") == nil)
        #expect(Self.read() == nil)
    }
}
