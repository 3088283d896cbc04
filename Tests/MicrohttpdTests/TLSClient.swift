import CGnuTLS
import Glibc

@testable import Microhttpd

/// How a client of a test speaks TLS.
struct ClientTLS: Sendable {
    /// The CA that it believes, in PEM.
    var authority: [UInt8]
    var identity: TestIdentity?
    var priorities = "NORMAL"
    /// Of a session before, to be resumed.
    var resumed: [UInt8]?

    init(authority: [UInt8], identity: TestIdentity? = nil, priorities: String = "NORMAL") {
        self.authority = authority
        self.identity = identity
        self.priorities = priorities
    }
}

/// The client's end of a TLS connection, on a blocking socket that somebody else owns.
@safe
final class ClientSession {
    private let session: gnutls_session_t
    private static let server: StaticString = "localhost"
    private let credentials: gnutls_certificate_credentials_t

    /// Shakes hands; throws GnuTLS's words if that fails.
    init(on descriptor: Int32, _ settings: ClientTLS) throws {
        var credentials: gnutls_certificate_credentials_t?
        unsafe gnutls_certificate_allocate_credentials(&credentials)
        var session: gnutls_session_t?
        // Without force, a client keeps a certificate to itself that the server has not asked for by its issuer.
        unsafe gnutls_init(&session, UInt32(GNUTLS_CLIENT | GNUTLS_NO_SIGNAL | GNUTLS_FORCE_CLIENT_CERT))
        guard let session = unsafe session, let credentials = unsafe credentials else {
            throw RawClient.Failure(reason: "no memory")
        }
        unsafe self.session = unsafe session
        unsafe self.credentials = unsafe credentials
        _ = unsafe withPEM(settings.authority) { pem in
            unsafe gnutls_certificate_set_x509_trust_mem(credentials, &pem, GNUTLS_X509_FMT_PEM)
        }
        if let identity = settings.identity {
            _ = unsafe withPEM(identity.certificate) { certificate in
                unsafe withPEM(identity.key) { key in
                    unsafe gnutls_certificate_set_x509_key_mem(
                        credentials, &certificate, &key, GNUTLS_X509_FMT_PEM)
                }
            }
        }
        try Self.check(unsafe gnutls_priority_set_direct(session, settings.priorities, nil))
        unsafe gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, UnsafeMutableRawPointer(credentials))
        // GnuTLS keeps the pointer.
        Self.server.withUTF8Buffer { name in
            unsafe name.withMemoryRebound(to: CChar.self) { name in
                unsafe gnutls_session_set_verify_cert(session, name.baseAddress, 0)
            }
        }
        unsafe gnutls_transport_set_int2(session, descriptor, descriptor)
        if let resumed = settings.resumed {
            try Self.check(unsafe gnutls_session_set_data(session, resumed, resumed.count))
        }
        var status: Int32
        repeat { status = unsafe gnutls_handshake(session) } while status == GNUTLS_E_INTERRUPTED
        try Self.check(status)
    }

    deinit {
        unsafe gnutls_deinit(session)
        unsafe gnutls_certificate_free_credentials(credentials)
    }

    /// What the server said last of what is wrong.
    var alert: gnutls_alert_description_t { unsafe gnutls_alert_get(session) }
    var version: gnutls_protocol_t { unsafe gnutls_protocol_get_version(session) }
    var cipher: gnutls_cipher_algorithm_t { unsafe gnutls_cipher_get(session) }
    var group: gnutls_group_t { unsafe gnutls_group_get(session) }
    /// Whether the server wanted to see a certificate.
    var isAskedForCertificate: Bool { unsafe gnutls_certificate_client_get_request_status(session) != 0 }
    var isResumed: Bool { unsafe gnutls_session_is_resumed(session) != 0 }

    /// What resumes the session, if the server lets it.
    var data: [UInt8] {
        var datum = unsafe gnutls_datum_t()
        guard unsafe gnutls_session_get_data2(session, &datum) == GNUTLS_E_SUCCESS else { return [] }
        defer { unsafe cgnutls_free(datum.data) }
        return unsafe Array(UnsafeBufferPointer(start: datum.data, count: Int(datum.size)))
    }

    /// How many bytes were sent; negative if the connection is broken.
    func send(_ bytes: [UInt8]) -> Int { unsafe gnutls_record_send(session, bytes, bytes.count) }

    /// As `recv` does: 0 at the end, which a peer need not announce.
    func receive(into buffer: inout [UInt8]) -> Int {
        let count = unsafe gnutls_record_recv(session, &buffer, buffer.count)
        if count == Int(GNUTLS_E_PREMATURE_TERMINATION) { return 0 }
        return count
    }

    private static func check(_ status: Int32) throws {
        guard status < 0 else { return }
        throw RawClient.Failure(
            reason: "TLS: " + (unsafe gnutls_strerror(status).map { unsafe String(cString: $0) } ?? "unknown")
        )
    }
}
