import CGnuTLS
import Glibc

/// A name that a certificate gives its subject besides the distinguished one.
enum AlternativeName: Hashable, CustomStringConvertible {
    /// A DNS name, an e-mail address or a URI.
    case text([UInt8])
    /// 4 or 16 bytes.
    case address([UInt8])

    /// The names in certificates that the name in a configuration stands for.
    static func forms(_ name: String) -> [AlternativeName] {
        let text = AlternativeName.text(Array(name.utf8))
        return addressBytes(name).map { [text, .address($0)] } ?? [text]
    }

    var description: String {
        switch self {
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .address(let bytes): bytes.map { String($0) }.joined(separator: ".")
        }
    }

    private static func addressBytes(_ name: String) -> [UInt8]? {
        var v4 = in_addr()
        if unsafe inet_pton(AF_INET, name, &v4) == 1 {
            return unsafe withUnsafeBytes(of: &v4) { unsafe Array($0) }
        }
        var v6 = in6_addr()
        guard unsafe inet_pton(AF_INET6, name, &v6) == 1 else { return nil }
        return unsafe withUnsafeBytes(of: &v6) { unsafe Array($0) }
    }
}

/// What a client's certificate says of its subject.
struct ClientCertificate {
    /// The distinguished name, as RFC 4514 writes it, or the first other one where that is empty.
    let subject: String
    let names: [AlternativeName]

    static func isShown(in session: gnutls_session_t) -> Bool {
        var count: UInt32 = 0
        return unsafe gnutls_certificate_get_peers(session, &count) != nil && count > 0
    }

    /// Reads the first certificate of the session's peer; nil if there is none that can be read.
    init?(of session: gnutls_session_t) {
        var count: UInt32 = 0
        guard let peers = unsafe gnutls_certificate_get_peers(session, &count), count > 0 else { return nil }
        var made: gnutls_x509_crt_t?
        guard unsafe gnutls_x509_crt_init(&made) == GNUTLS_E_SUCCESS, let certificate = unsafe made else {
            return nil
        }
        defer { unsafe gnutls_x509_crt_deinit(certificate) }
        guard unsafe gnutls_x509_crt_import(certificate, peers, GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS
        else {
            return nil
        }
        names = unsafe Self.names(of: certificate)
        let distinguishedName = unsafe Self.subject(of: certificate)
        subject = distinguishedName.isEmpty ? names.first?.description ?? "" : distinguishedName
    }

    private static func subject(of certificate: gnutls_x509_crt_t) -> String {
        var name = unsafe gnutls_datum_t()
        guard unsafe gnutls_x509_crt_get_dn3(certificate, &name, 0) == GNUTLS_E_SUCCESS else { return "" }
        defer { unsafe cgnutls_free(name.data) }
        return unsafe String(
            decoding: UnsafeBufferPointer(start: name.data, count: Int(name.size)), as: UTF8.self)
    }

    private static func names(of certificate: gnutls_x509_crt_t) -> [AlternativeName] {
        let subjectAltName = "2.5.29.17"
        var list: gnutls_subject_alt_names_t?
        guard unsafe gnutls_subject_alt_names_init(&list) == GNUTLS_E_SUCCESS, let list = unsafe list else {
            return []
        }
        defer { unsafe gnutls_subject_alt_names_deinit(list) }
        var field = unsafe gnutls_datum_t()
        guard
            unsafe gnutls_x509_crt_get_extension_by_oid2(certificate, subjectAltName, 0, &field, nil)
                == GNUTLS_E_SUCCESS
        else { return [] }
        defer { unsafe cgnutls_free(field.data) }
        guard unsafe gnutls_x509_ext_import_subject_alt_names(&field, list, 0) == GNUTLS_E_SUCCESS else {
            return []
        }
        var names: [AlternativeName] = []
        var number: UInt32 = 0
        var kind: UInt32 = 0
        var name = unsafe gnutls_datum_t()
        while unsafe gnutls_subject_alt_names_get(list, number, &kind, &name, nil) == GNUTLS_E_SUCCESS {
            let bytes = unsafe Array(UnsafeBufferPointer(start: name.data, count: Int(name.size)))
            switch gnutls_x509_subject_alt_name_t(kind) {
            case GNUTLS_SAN_IPADDRESS: names.append(.address(bytes))
            case GNUTLS_SAN_DNSNAME, GNUTLS_SAN_RFC822NAME, GNUTLS_SAN_URI: names.append(.text(bytes))
            default: break
            }
            number += 1
        }
        return names
    }
}
