import CGnuTLS

/// The certificate of a server and those that lead to a root, in this order.
@safe
final class CertificateChain {
    let certificates: UnsafeMutablePointer<gnutls_x509_crt_t?>
    let count: Int
    /// The kind of the first one's key.
    let keyKind: TLSCipherSuite.KeyKind

    init(pem: [UInt8]) throws(TLSError) {
        var list: UnsafeMutablePointer<gnutls_x509_crt_t?>?
        var size: UInt32 = 0
        let status = unsafe withPEM(pem) { pem in
            unsafe gnutls_x509_crt_list_import2(&list, &size, &pem, GNUTLS_X509_FMT_PEM, 0)
        }
        try check(status) { .unreadableCertificate(reason: $0) }
        guard let list = unsafe list, size > 0 else {
            throw .unreadableCertificate(reason: "there is no certificate in it")
        }
        unsafe certificates = unsafe list
        count = Int(size)
        let algorithm = unsafe gnutls_x509_crt_get_pk_algorithm(list[0], nil)
        let isRSA = [GNUTLS_PK_RSA, GNUTLS_PK_RSA_PSS].contains {
            $0.rawValue == UInt32(bitPattern: algorithm)
        }
        keyKind = isRSA ? .rsa : .elliptic
    }

    deinit {
        for index in 0..<count { unsafe gnutls_x509_crt_deinit(certificates[index]) }
        unsafe cgnutls_free(certificates)
    }
}

/// A private key.
@safe
final class PrivateKey {
    let handle: gnutls_x509_privkey_t

    init(pem: [UInt8]) throws(TLSError) {
        var made: gnutls_x509_privkey_t?
        try unsafe check(gnutls_x509_privkey_init(&made)) { .refused(reason: $0) }
        guard let made = unsafe made else { throw .refused(reason: "no key") }
        unsafe handle = unsafe made
        let status = unsafe withPEM(pem) { pem in
            unsafe gnutls_x509_privkey_import2(made, &pem, GNUTLS_X509_FMT_PEM, nil, 0)
        }
        switch status {
        case GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE: throw .unreadableKey(reason: "there is no key in it")
        case GNUTLS_E_DECRYPTION_FAILED: throw .unreadableKey(reason: "it is encrypted")
        default: try check(status) { .unreadableKey(reason: $0) }
        }
    }

    deinit {
        unsafe gnutls_x509_privkey_deinit(handle)
    }
}

/// Throws what a negative status of GnuTLS means.
func check(_ status: Int32, _ error: (_ reason: String) -> TLSError) throws(TLSError) {
    guard status < 0 else { return }
    throw error(unsafe gnutls_strerror(status).map { unsafe String(cString: $0) } ?? "error \(status)")
}

/// Gives GnuTLS bytes to read, for the length of a call.
func withPEM(_ bytes: [UInt8], _ body: (inout gnutls_datum_t) -> Int32) -> Int32 {
    // GnuTLS does not write to what it imports.
    unsafe bytes.withUnsafeBufferPointer { buffer in
        var datum = unsafe gnutls_datum_t(
            data: UnsafeMutablePointer(mutating: buffer.baseAddress), size: UInt32(clamping: buffer.count))
        return unsafe body(&datum)
    }
}
