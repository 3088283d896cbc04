import CGnuTLS

/// The only owner of a certificate, its key and the client CAs, as GnuTLS has them for sessions.
@safe
final class CertificateStore: @unchecked Sendable {
    // Unchecked because of the pointer: after the initializer nothing changes what it leads to, and GnuTLS lets sessions of
    // several threads share credentials that nobody changes.
    let handle: gnutls_certificate_credentials_t

    init(
        _ chain: CertificateChain, _ key: PrivateKey, clientCA: [UInt8]?
    ) throws(TLSError) {
        var made: gnutls_certificate_credentials_t?
        try unsafe check(gnutls_certificate_allocate_credentials(&made)) { .refused(reason: $0) }
        guard let made = unsafe made else { throw .refused(reason: "no credentials") }
        unsafe handle = unsafe made
        let status = unsafe gnutls_certificate_set_x509_key(
            made, chain.certificates, Int32(chain.count), key.handle)
        guard status != GNUTLS_E_CERTIFICATE_KEY_MISMATCH else { throw .keyMismatch }
        try check(status) { .refused(reason: $0) }
        guard let clientCA else { return }
        let count = unsafe withPEM(clientCA) { pem in
            unsafe gnutls_certificate_set_x509_trust_mem(made, &pem, GNUTLS_X509_FMT_PEM)
        }
        try check(count) { .unreadableClientCA(reason: $0) }
        guard count > 0 else { throw .unreadableClientCA(reason: "there is no certificate in it") }
    }

    deinit {
        unsafe gnutls_certificate_free_credentials(handle)
    }
}

/// The only owner of a parsed priority string.
@safe
final class PriorityCache: @unchecked Sendable {
    // Unchecked because of the pointer: nothing changes what it leads to, and GnuTLS counts the sessions that use it.
    let handle: gnutls_priority_t

    init(_ text: String) throws(TLSError) {
        var made: gnutls_priority_t?
        try unsafe check(gnutls_priority_init(&made, text, nil)) { .refused(reason: "\($0), in \(text)") }
        guard let made = unsafe made else { throw .refused(reason: "no priorities") }
        unsafe handle = unsafe made
    }

    deinit {
        unsafe gnutls_priority_deinit(handle)
    }
}
