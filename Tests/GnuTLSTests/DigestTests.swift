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

    @Test func knowsWhenACertificateEnds() {
        #expect(CertificateExpiry.first(of: Array(Self.certificate.utf8)) == Self.end)
        #expect(CertificateExpiry.first(of: Array("nothing".utf8)) == nil)
        #expect(CertificateExpiry.first(of: []) == nil)
    }
}

extension DigestTests {
    private static let end = 4949540283.0
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUO0x8CZjA81wHNA3QSrI59GZSY+8wCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTA4MTgwM1oYDzIxMjYxMTA1
        MDgxODAzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAARolLmxwcf/ZijEFSUjf5nyxb2DaQaF0S/jAZp/8zGxhQusJSRxYA5Q
        YnKRrUHegLSOPGMMp+PMDQRsyAg/aSCFo28wbTAdBgNVHQ4EFgQUq0tEqYVy05SX
        7/5KdJOC/h2FJ80wHwYDVR0jBBgwFoAUq0tEqYVy05SX7/5KdJOC/h2FJ80wDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSAAwRQIgHGFw0/w54Zk76T/Ha7mlXjeIWeCgbA5CyPLnJ8WWUbcCIQC9
        2CrngamBqmx+ToWgFaZLYps7ZjeLNFG8Wm6k10BwjQ==
        -----END CERTIFICATE-----
        """
}
