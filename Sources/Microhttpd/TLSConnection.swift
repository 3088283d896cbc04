import CGnuTLS
import Glibc

/// A TLS connection from its start to its end, used by the thread that serves it only.
///
/// The session leads to it; it outlives the session.
final class TLSConnection {
    private let descriptor: Int32
    private let connections: ConnectionTable
    private let credentials: TLSCredentials
    /// Whom the client's certificate names, once it is verified.
    private var identity: String?
    /// Bytes of the handshake.
    private var received = 0
    private var isShaking = true

    /// Whether it ends in a handshake that had begun.
    var hasFailed: Bool { isShaking && received > 0 }

    init(on descriptor: Int32, under credentials: TLSCredentials, of server: ServerContext) {
        self.descriptor = descriptor
        self.credentials = credentials
        connections = server.connections
    }

    /// Sets up a session whose handshake has not begun; false if GnuTLS refuses.
    func begin(_ session: gnutls_session_t) -> Bool {
        guard unsafe credentials.configure(session) else { return false }
        unsafe gnutls_session_set_ptr(session, Unmanaged.passUnretained(self).toOpaque())
        unsafe gnutls_transport_set_ptr2(
            session, Unmanaged.passUnretained(self).toOpaque(),
            UnsafeMutableRawPointer(bitPattern: Int(descriptor)))
        unsafe gnutls_transport_set_pull_function(session, bytesWanted)
        unsafe gnutls_session_set_verify_function(session, peerShown)
        unsafe gnutls_handshake_set_post_client_hello_function(session, helloRead)
        unsafe gnutls_handshake_set_hook_function(
            session, cgnutls_any_message, GNUTLS_HOOK_POST, messagePassed)
        return true
    }

    /// Reads from the socket, as `recv` does.
    fileprivate func receive(into buffer: UnsafeMutableRawPointer?, atMost count: Int) -> Int {
        let size = unsafe recv(descriptor, buffer, count, 0)
        // Nothing may change errno after a failure: GnuTLS looks at it.
        guard size > 0, isShaking else { return size }
        let bytes = unsafe UnsafeRawBufferPointer(start: buffer, count: size)
        if received == 0, unsafe PlainRequest.begins(with: bytes) {
            PlainRequest.refuse(on: descriptor)
        }
        received += size
        return size
    }

    fileprivate func restrict(_ session: gnutls_session_t) -> Bool { unsafe credentials.restrict(session) }

    /// Whether the client may go on; called before it has proved that the key is its own, which GnuTLS sees to.
    fileprivate func admits(_ session: gnutls_session_t) -> Bool {
        guard credentials.authentication.verifies else { return true }
        // GnuTLS itself ends a handshake without a certificate that is required.
        guard unsafe ClientCertificate.isShown(in: session) else { return !requiresCertificate }
        guard let certificate = unsafe ClientCertificate(of: session) else { return false }
        if let reason = unsafe Self.verify(session) {
            connections.clientRefused("the certificate of \(certificate.subject) is not believed: \(reason)")
            return false
        }
        guard credentials.allows(certificate.names) else {
            connections.clientRefused("the certificate of \(certificate.subject) has no name that is allowed")
            return false
        }
        identity = certificate.subject
        return true
    }

    /// Why a chain is not to be believed; nil if it is.
    private static func verify(_ session: gnutls_session_t) -> String? {
        var status: UInt32 = 0
        let result = unsafe cgnutls_verify_client(session, &status)
        guard result == GNUTLS_E_SUCCESS else { return "error \(result)" }
        return status == 0 ? nil : text(of: status)
    }

    private static func text(of status: UInt32) -> String {
        var text = unsafe gnutls_datum_t()
        let result = unsafe gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0)
        guard result == GNUTLS_E_SUCCESS else { return "status \(status)" }
        defer { unsafe cgnutls_free(text.data) }
        return unsafe String(
            decoding: UnsafeBufferPointer(start: text.data, count: Int(text.size)), as: UTF8.self)
    }

    fileprivate func showedNothing() { connections.clientRefused("it showed no certificate") }

    /// Whether GnuTLS ends a handshake in which the client shows no certificate.
    fileprivate var requiresCertificate: Bool {
        credentials.authentication == .requireAny || credentials.authentication == .requireAndVerify
    }

    fileprivate func handshakeEnded() {
        isShaking = false
        // Nothing is sent until there is a request. A client that collects bytes (Nagle) sends none before its last message is
        // acknowledged, which the kernel would put off for 40 ms.
        var yes: Int32 = 1
        _ = unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_QUICKACK, &yes, socklen_t(MemoryLayout<Int32>.size))
        // GnuTLS reads record by record: what the kernel has besides is a request.
        connections.handshakeEnded(descriptor, receivedBytes: UInt64(received), identity: identity)
    }
}

// GnuTLS calls these in the handshake, on the connection's thread. Each leads to a method; none throws.

private func connection(of session: gnutls_session_t?) -> TLSConnection? {
    guard let session = unsafe session, let pointer = unsafe gnutls_session_get_ptr(session) else {
        return nil
    }
    return unsafe Unmanaged<TLSConnection>.fromOpaque(pointer).takeUnretainedValue()
}

private func bytesWanted(
    _ pointer: UnsafeMutableRawPointer?, _ buffer: UnsafeMutableRawPointer?, _ count: Int
) -> Int {
    guard let pointer = unsafe pointer else { return -1 }
    return unsafe Unmanaged<TLSConnection>.fromOpaque(pointer).takeUnretainedValue()
        .receive(into: buffer, atMost: count)
}

private func helloRead(_ session: gnutls_session_t?) -> Int32 {
    guard let session = unsafe session, let connection = unsafe connection(of: session) else {
        return GNUTLS_E_INTERNAL_ERROR
    }
    return unsafe connection.restrict(session) ? 0 : GNUTLS_E_INTERNAL_ERROR
}

private func peerShown(_ session: gnutls_session_t?) -> Int32 {
    guard let session = unsafe session, let connection = unsafe connection(of: session) else {
        return GNUTLS_E_INTERNAL_ERROR
    }
    if unsafe connection.admits(session) { return 0 }
    // libmicrohttpd closes the connection without a word.
    unsafe gnutls_alert_send(session, GNUTLS_AL_FATAL, GNUTLS_A_BAD_CERTIFICATE)
    return GNUTLS_E_CERTIFICATE_ERROR
}

private func messagePassed(
    _ session: gnutls_session_t?, _ kind: UInt32, _ when: UInt32, _ incoming: UInt32,
    _ message: UnsafePointer<gnutls_datum_t>?
) -> Int32 {
    guard incoming != 0, let session = unsafe session, let connection = unsafe connection(of: session) else {
        return 0
    }
    switch gnutls_handshake_description_t(kind) {
    case GNUTLS_HANDSHAKE_CERTIFICATE_PKT:
        // Nothing but lengths of zero.
        if unsafe message?.pointee.size ?? 0 <= 4, connection.requiresCertificate {
            connection.showedNothing()
            unsafe gnutls_alert_send(session, GNUTLS_AL_FATAL, GNUTLS_A_CERTIFICATE_REQUIRED)
        }
    // The client's last message in both versions; without tickets, no session begins in another way.
    case GNUTLS_HANDSHAKE_FINISHED: connection.handshakeEnded()
    default: break
    }
    return 0
}
