import CGnuTLS

/// TLS settings as GnuTLS knows them, shared by many sessions.
final class TLSCredentials: Sendable {
    let authentication: TLSSettings.ClientAuthentication
    private let allowedNames: Set<AlternativeName>
    private let store: CertificateStore
    private let priorities: PriorityCache
    /// What counts once TLS 1.2 is agreed on, if that is something else.
    private let tls12Priorities: PriorityCache?

    /// Throws what is wrong with the settings.
    init(_ settings: TLSSettings) throws(TLSError) {
        try settings.checkWords()
        let chain = try CertificateChain(pem: settings.certificate)
        let key = try PrivateKey(pem: settings.key)
        guard let words = TLSPriorities(settings, chain.keyKind) else { throw .noCipherSuite }
        authentication = settings.clientAuthentication
        allowedNames = Set(settings.allowedNames.flatMap(AlternativeName.forms))
        store = try CertificateStore(chain, key, clientCA: settings.clientCA)
        priorities = try PriorityCache(words.first)
        if let tls12 = words.tls12 {
            tls12Priorities = try PriorityCache(tls12)
        } else {
            tls12Priorities = nil
        }
    }

    /// Whether one of the names is allowed, or all are.
    func allows(_ names: [AlternativeName]) -> Bool {
        allowedNames.isEmpty || names.contains(where: allowedNames.contains)
    }

    /// Sets up a session before its handshake; false if GnuTLS refuses.
    func configure(_ session: gnutls_session_t) -> Bool {
        guard unsafe gnutls_priority_set(session, priorities.handle) == GNUTLS_E_SUCCESS,
            unsafe gnutls_credentials_set(
                session, GNUTLS_CRD_CERTIFICATE, UnsafeMutableRawPointer(store.handle))
                == GNUTLS_E_SUCCESS
        else { return false }
        unsafe gnutls_certificate_server_set_request(session, authentication.request)
        return true
    }

    /// Leaves a session that has agreed on TLS 1.2 the suites that were chosen for it; false if GnuTLS refuses.
    func restrict(_ session: gnutls_session_t) -> Bool {
        guard let tls12Priorities else { return true }
        return unsafe gnutls_protocol_get_version(session) != GNUTLS_TLS1_2
            || gnutls_priority_set(session, tls12Priorities.handle) == GNUTLS_E_SUCCESS
    }
}

extension TLSSettings.ClientAuthentication {
    fileprivate var request: gnutls_certificate_request_t {
        switch self {
        case .none: GNUTLS_CERT_IGNORE
        case .request, .verifyIfGiven: GNUTLS_CERT_REQUEST
        case .requireAny, .requireAndVerify: GNUTLS_CERT_REQUIRE
        }
    }
}
