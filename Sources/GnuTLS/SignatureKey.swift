import CGnuTLS

/// A public key that signatures are checked by.
package enum SignatureKey: Sendable, Equatable {
    /// For RSA with PKCS #1 v1.5 and SHA-256; both numbers begin with their highest byte.
    case rsa(modulus: [UInt8], exponent: [UInt8])
    /// A point of the curve P-256, for ECDSA with SHA-256.
    case p256(x: [UInt8], y: [UInt8])
    /// For Ed25519.
    case ed25519([UInt8])

    /// Whether it is one that GnuTLS takes.
    package var isUsable: Bool { unsafe withKey { _ in true } == true }

    /// Whether `signature` was made of `data` with the private key; as JSON Web Signatures have it, P-256's is two numbers of
    /// 32 bytes.
    package func verifies(_ signature: [UInt8], of data: [UInt8]) -> Bool {
        let isRight = unsafe withKey { key -> Bool in
            guard let signature = self.encoded(signature) else { return false }
            return unsafe withDatum(data) { data in
                unsafe withDatum(signature) { signature in
                    unsafe gnutls_pubkey_verify_data2(key, algorithm, 0, data, signature) >= 0
                }
            }
        }
        return isRight == true
    }

    private var algorithm: gnutls_sign_algorithm_t {
        switch self {
        case .rsa: GNUTLS_SIGN_RSA_SHA256
        case .p256: GNUTLS_SIGN_ECDSA_SHA256
        case .ed25519: GNUTLS_SIGN_EDDSA_ED25519
        }
    }

    /// The signature as GnuTLS wants it.
    private func encoded(_ signature: [UInt8]) -> [UInt8]? {
        guard case .p256 = self else { return signature }
        guard signature.count == 64 else { return nil }
        var encoded = unsafe gnutls_datum_t()
        let code = unsafe withDatum(Array(signature[..<32])) { r in
            unsafe withDatum(Array(signature[32...])) { s in unsafe gnutls_encode_rs_value(&encoded, r, s) }
        }
        guard code == GNUTLS_E_SUCCESS else { return nil }
        defer { unsafe cgnutls_free(encoded.data) }
        return unsafe Array(UnsafeBufferPointer(start: encoded.data, count: Int(encoded.size)))
    }

    /// Calls `body` with the key of GnuTLS, which is made for that: no two threads share one.
    private func withKey<Result>(_ body: (gnutls_pubkey_t) -> Result) -> Result? {
        var key: gnutls_pubkey_t?
        guard unsafe gnutls_pubkey_init(&key) == GNUTLS_E_SUCCESS, let key = unsafe key else { return nil }
        defer { unsafe gnutls_pubkey_deinit(key) }
        let code =
            switch self {
            case .rsa(let modulus, let exponent):
                unsafe withDatum(modulus) { modulus in
                    unsafe withDatum(exponent) { unsafe gnutls_pubkey_import_rsa_raw(key, modulus, $0) }
                }
            case .p256(let x, let y):
                unsafe withDatum(x) { x in
                    unsafe withDatum(y) {
                        unsafe gnutls_pubkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_SECP256R1, x, $0)
                    }
                }
            case .ed25519(let x):
                unsafe withDatum(x) {
                    unsafe gnutls_pubkey_import_ecc_raw(key, GNUTLS_ECC_CURVE_ED25519, $0, nil)
                }
            }
        return code == GNUTLS_E_SUCCESS ? unsafe body(key) : nil
    }
}

/// Calls `body` with a view of the bytes, which GnuTLS does not change.
private func withDatum<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<gnutls_datum_t>) -> Result) -> Result
{
    unsafe bytes.withUnsafeBufferPointer { bytes in
        let view = unsafe gnutls_datum_t(
            data: UnsafeMutablePointer(mutating: bytes.baseAddress), size: UInt32(bytes.count))
        return unsafe withUnsafePointer(to: view, body)
    }
}
