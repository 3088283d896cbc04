import CGnuTLS

/// SHA-256, by GnuTLS.
package enum SHA256 {
    private static let length = 32

    /// The 32 bytes for `bytes`; nil where GnuTLS can't, as for want of memory.
    package static func hash(_ bytes: [UInt8]) -> [UInt8]? {
        unsafe filled(length) { unsafe gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes, bytes.count, $0) }
    }

    /// The 32 bytes that only who has `key` can make of `bytes`.
    package static func authenticate(_ bytes: [UInt8], key: [UInt8]) -> [UInt8]? {
        unsafe filled(length) {
            unsafe gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, key.count, bytes, bytes.count, $0)
        }
    }
}

/// Bytes that nobody can guess.
package enum RandomBytes {
    /// So many; nil where GnuTLS has none.
    package static func make(_ count: Int) -> [UInt8]? {
        unsafe filled(count) { unsafe gnutls_rnd(GNUTLS_RND_KEY, $0, count) }
    }
}

/// What `body` leaves in a buffer of so many bytes, unless it returns an error.
private func filled(_ count: Int, _ body: (UnsafeMutableRawPointer?) -> CInt) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let code = unsafe bytes.withUnsafeMutableBytes { unsafe body($0.baseAddress) }
    return code == GNUTLS_E_SUCCESS ? bytes : nil
}
