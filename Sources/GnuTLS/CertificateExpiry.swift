import CGnuTLS

/// When certificates end.
package enum CertificateExpiry {
    /// The first end among the certificates of a PEM text, in seconds since the Unix epoch; nil for a text without any.
    package static func first(of pem: [UInt8]) -> Double? {
        var list: UnsafeMutablePointer<gnutls_x509_crt_t?>?
        var count: UInt32 = 0
        let code = unsafe pem.withUnsafeBufferPointer { bytes in
            var text = unsafe gnutls_datum_t(
                data: UnsafeMutablePointer(mutating: bytes.baseAddress), size: UInt32(bytes.count))
            return unsafe gnutls_x509_crt_list_import2(&list, &count, &text, GNUTLS_X509_FMT_PEM, 0)
        }
        guard code == GNUTLS_E_SUCCESS, let list = unsafe list else { return nil }
        defer { unsafe cgnutls_free(list) }
        var first: Double?
        for index in 0..<Int(count) {
            let certificate = unsafe list[index]
            let end = Double(unsafe gnutls_x509_crt_get_expiration_time(certificate))
            first = min(first ?? end, end)
            unsafe gnutls_x509_crt_deinit(certificate)
        }
        return first
    }
}
