/// A cipher suite by Go's name and by the words of a GnuTLS priority string.
struct TLSCipherSuite {
    /// The kind of key that a certificate has for a suite.
    enum KeyKind { case rsa, elliptic }

    let name: String
    /// Nil for the suites of TLS 1.3, which go with any key.
    let key: KeyKind?
    let cipher: String
    let mac: String

    private init(_ name: String, _ key: KeyKind?, _ cipher: String, _ mac: String = "AEAD") {
        self.name = name
        self.key = key
        self.cipher = cipher
        self.mac = mac
    }

    /// Those that Go counts as secure.
    static let known = [
        TLSCipherSuite("TLS_AES_128_GCM_SHA256", nil, "AES-128-GCM"),
        TLSCipherSuite("TLS_AES_256_GCM_SHA384", nil, "AES-256-GCM"),
        TLSCipherSuite("TLS_CHACHA20_POLY1305_SHA256", nil, "CHACHA20-POLY1305"),
        TLSCipherSuite("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", .elliptic, "AES-128-CBC", "SHA1"),
        TLSCipherSuite("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", .elliptic, "AES-256-CBC", "SHA1"),
        TLSCipherSuite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", .rsa, "AES-128-CBC", "SHA1"),
        TLSCipherSuite("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", .rsa, "AES-256-CBC", "SHA1"),
        TLSCipherSuite("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", .elliptic, "AES-128-GCM"),
        TLSCipherSuite("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", .elliptic, "AES-256-GCM"),
        TLSCipherSuite("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", .rsa, "AES-128-GCM"),
        TLSCipherSuite("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", .rsa, "AES-256-GCM"),
        TLSCipherSuite("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", .rsa, "CHACHA20-POLY1305"),
        TLSCipherSuite("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", .elliptic, "CHACHA20-POLY1305"),
    ]
}

/// A curve by Go's name and by the word of a GnuTLS priority string.
struct TLSCurve {
    let name: String
    let group: String

    /// Those that Go offers, in the order of preference.
    static let known = [
        TLSCurve(name: "X25519", group: "X25519"),
        TLSCurve(name: "CurveP256", group: "SECP256R1"),
        TLSCurve(name: "CurveP384", group: "SECP384R1"),
        TLSCurve(name: "CurveP521", group: "SECP521R1"),
    ]
}
