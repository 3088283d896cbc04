import TestKit
import Testing

@testable import GnuTLS

@Suite(.timeLimit(.minutes(5)))
struct DigestTests {
    private static func hex(_ bytes: [UInt8]?) -> String? {
        bytes?.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// From FIPS 180-4's examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func hashes(text: String, digest: String) {
        #expect(Self.hex(SHA256.hash(Array(text.utf8))) == digest)
    }

    /// From RFC 4231, test case 2.
    @Test func authenticates() {
        let code = SHA256.authenticate(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))

        #expect(Self.hex(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func randomBytesAreNotTheSame() throws {
        let bytes = try #require(RandomBytes.make(32))

        #expect(bytes.count == 32)
        #expect(bytes != RandomBytes.make(32))
    }

    /// Of another key; it ends in 2030.
    private static let other = """
        -----BEGIN CERTIFICATE-----
        MIIBbDCCAROgAwIBAgIUe7rrvwuSzqQvpzG6hC9aonrr3VwwCgYIKoZIzj0EAwIw
        DDEKMAgGA1UEAwwBZTAeFw0yNjExMjkxOTA1MTBaFw0zMDAzMTMxOTA1MTBaMAwx
        CjAIBgNVBAMMAWUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATzv0N5F2TKUyqq
        rbUJuQ7FVb3Zw3tSBmTGLM+LRu0SzZsigINYEMcHhOexgMxhpeS5iScbesaBxD57
        efYAAcb3o1MwUTAdBgNVHQ4EFgQUq9BLyqTcJ/3dLTdfU/Ekm7H/dxQwHwYDVR0j
        BBgwFoAUq9BLyqTcJ/3dLTdfU/Ekm7H/dxQwDwYDVR0TAQH/BAUwAwEB/zAKBggq
        hkjOPQQDAgNHADBEAiB77A1yZMoRzRh0x0ZU9GcGwhZ7whPUGJtrroRxD4CAmQIg
        P3y2lcewG0L9BY1a3WuFx4UAH1ZhMayI6WSoqq/hOjU=
        -----END CERTIFICATE-----

        """

    @Test func ofSeveralCertificatesTheFirstEndCounts() {
        let texts = [Self.other, SelfSigned.certificate]

        #expect(CertificateExpiry.first(of: Array(texts.joined().utf8)) == 1_899_659_110)
        #expect(CertificateExpiry.first(of: Array(texts.reversed().joined().utf8)) == 1_899_659_110)
    }

    @Test func knowsWhenACertificateEnds() {
        #expect(CertificateExpiry.first(of: Array(SelfSigned.certificate.utf8)) == SelfSigned.end)
        #expect(CertificateExpiry.first(of: Array("nothing".utf8)) == nil)
        #expect(CertificateExpiry.first(of: []) == nil)
    }
}
