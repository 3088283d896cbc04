import CGnuTLS
import Glibc

/// A certificate and its key, both in PEM.
struct TestIdentity: Sendable {
    var certificate: [UInt8]
    var key: [UInt8]
}

/// What a certificate of a test says.
struct TestSubject {
    enum Name {
        case dns(String)
        case email(String)
        case uri(String)
        case address([UInt8])
    }

    enum Key { case elliptic, rsa }

    var name = "CN=localhost"
    var names: [Name] = [.dns("localhost"), .address([127, 0, 0, 1])]
    var key = Key.elliptic
    /// All alternative names as they lie in the certificate, for those that GnuTLS would not write.
    var rawNames: [UInt8] = []
    var purposes: [String] = []
    /// Seconds from now.
    var begins = -3600
    var ends = 3600

    /// A client of a test's name, with a certificate for clients.
    static func client(_ name: String = "CN=client,O=Test", names: [Name] = []) -> TestSubject {
        TestSubject(name: name, names: names, purposes: [GNUTLS_KP_TLS_WWW_CLIENT])
    }
}

/// A CA of a test: everything it issues is made with GnuTLS, without a file or a program.
@safe
final class TestAuthority: @unchecked Sendable {
    // Unchecked because of the pointers: nothing changes what they lead to after the initializer.
    private let key: gnutls_x509_privkey_t
    private let certificate: gnutls_x509_crt_t
    let pem: [UInt8]

    init(_ name: String = "CN=Test CA") {
        let key = unsafe Self.makeKey(.elliptic)
        let certificate = unsafe Self.makeCertificate(TestSubject(name: name, names: []), for: key)
        unsafe gnutls_x509_crt_set_basic_constraints(certificate, 1, -1)
        unsafe gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0)
        pem = unsafe Self.exported { unsafe gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, $0) }
        unsafe self.key = unsafe key
        unsafe self.certificate = unsafe certificate
    }

    deinit {
        unsafe gnutls_x509_crt_deinit(certificate)
        unsafe gnutls_x509_privkey_deinit(key)
    }

    /// The authority's own certificate and its key.
    var own: TestIdentity {
        unsafe TestIdentity(
            certificate: pem,
            key: Self.exported { unsafe gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, $0) })
    }

    func issue(_ subject: TestSubject = TestSubject()) -> TestIdentity {
        let key = unsafe Self.makeKey(subject.key)
        let certificate = unsafe Self.makeCertificate(subject, for: key)
        defer {
            unsafe gnutls_x509_crt_deinit(certificate)
            unsafe gnutls_x509_privkey_deinit(key)
        }
        unsafe gnutls_x509_crt_sign2(certificate, self.certificate, self.key, GNUTLS_DIG_SHA256, 0)
        return unsafe TestIdentity(
            certificate: Self.exported {
                unsafe gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, $0)
            },
            key: Self.exported { unsafe gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, $0) })
    }

    private static func makeKey(_ kind: TestSubject.Key) -> gnutls_x509_privkey_t {
        var key: gnutls_x509_privkey_t?
        unsafe gnutls_x509_privkey_init(&key)
        guard let key = unsafe key else { preconditionFailure("no memory") }
        switch kind {
        case .elliptic: unsafe gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, 256, 0)
        case .rsa: unsafe gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, 2048, 0)
        }
        return unsafe key
    }

    private static func makeCertificate(
        _ subject: TestSubject, for key: gnutls_x509_privkey_t
    ) -> gnutls_x509_crt_t {
        var made: gnutls_x509_crt_t?
        unsafe gnutls_x509_crt_init(&made)
        guard let certificate = unsafe made else { preconditionFailure("no memory") }
        unsafe gnutls_x509_crt_set_version(certificate, 3)
        var serial = (0..<8).map { _ in UInt8.random(in: 1...0x7f) }
        unsafe gnutls_x509_crt_set_serial(certificate, &serial, serial.count)
        unsafe gnutls_x509_crt_set_activation_time(certificate, time(nil) + subject.begins)
        unsafe gnutls_x509_crt_set_expiration_time(certificate, time(nil) + subject.ends)
        if !subject.name.isEmpty { unsafe gnutls_x509_crt_set_dn(certificate, subject.name, nil) }
        unsafe gnutls_x509_crt_set_key(certificate, key)
        for purpose in subject.purposes {
            unsafe gnutls_x509_crt_set_key_purpose_oid(certificate, purpose, 0)
        }
        if !subject.rawNames.isEmpty {
            let subjectAltName = "2.5.29.17"
            unsafe gnutls_x509_crt_set_extension_by_oid(
                certificate, subjectAltName, subject.rawNames, subject.rawNames.count, 0)
        }
        for name in subject.names {
            let (kind, bytes) = name.parts
            unsafe gnutls_x509_crt_set_subject_alt_name(
                certificate, kind, bytes, UInt32(bytes.count), UInt32(GNUTLS_FSAN_APPEND))
        }
        return unsafe certificate
    }

    private static func exported(_ export: (UnsafeMutablePointer<gnutls_datum_t>) -> Int32) -> [UInt8] {
        var datum = unsafe gnutls_datum_t()
        unsafe _ = export(&datum)
        defer { unsafe cgnutls_free(datum.data) }
        return unsafe Array(UnsafeBufferPointer(start: datum.data, count: Int(datum.size)))
    }
}

extension TestSubject.Name {
    fileprivate var parts: (gnutls_x509_subject_alt_name_t, [UInt8]) {
        switch self {
        case .dns(let name): (GNUTLS_SAN_DNSNAME, Array(name.utf8))
        case .email(let name): (GNUTLS_SAN_RFC822NAME, Array(name.utf8))
        case .uri(let name): (GNUTLS_SAN_URI, Array(name.utf8))
        case .address(let bytes): (GNUTLS_SAN_IPADDRESS, bytes)
        }
    }
}
