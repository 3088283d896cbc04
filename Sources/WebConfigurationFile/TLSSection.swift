package import ConfigurationKeys
package import Microhttpd

/// The `tls_server_config` section: what HTTPS is served with.
package struct TLSSection: Sendable, Equatable {
    var certificate: String?
    var key: String?
    var clientCA: String?
    var certificateFile: NamedFile?
    var keyFile: NamedFile?
    var clientCAFile: NamedFile?
    var clientAuthentication = TLSSettings.ClientAuthentication.none
    var allowedNames: [String] = []
    var oldest = VersionName.tls12
    var newest = VersionName.tls13
    var cipherSuites: [String] = []
    var prefersOwnSuites = true
    var curves: [String] = []
    /// Nil for plain HTTP.
    package private(set) var settings: TLSSettings?

    /// The versions as the file names them.
    enum VersionName: String, CaseIterable {
        case tls10 = "TLS10"
        case tls11 = "TLS11"
        case tls12 = "TLS12"
        case tls13 = "TLS13"

        var version: TLSSettings.Version { self == .tls13 ? .tls13 : .tls12 }
        var isSpoken: Bool { self == .tls12 || self == .tls13 }
    }
}

extension TLSSection: KeyedSection {
    package static let keys: [Key<TLSSection>] = [
        Key(
            "cert_file", \.certificateFile, ifWritten: .file,
            "The server's certificate in PEM, with those that lead to its root behind it."),
        Key(
            "key_file", \.keyFile, ifWritten: .secretFile, "The key of the certificate in PEM, not encrypted."
        ),
        Key("cert", \.certificate, ifWritten: .pem, "The certificate itself, instead of `cert_file`."),
        Key("key", \.key, ifWritten: .secretPEM, "The key itself, instead of `key_file`."),
        Key(
            "client_ca_file", \.clientCAFile, ifWritten: .file,
            "The certificates in PEM that sign those of clients."),
        Key("client_ca", \.clientCA, ifWritten: .pem, "The same itself, instead of `client_ca_file`."),
        Key(
            "client_auth_type", \.clientAuthentication, .clientAuthentication,
            "What is asked of clients; only `RequireAndVerifyClientCert` keeps those without a certificate out."
        ),
        Key(
            "client_allowed_sans", \.allowedNames, .names,
            "Alternative names of which a client's certificate must have one, exactly; empty allows all."),
        Key("min_version", \.oldest, .choice, "The oldest version that is spoken; none before `TLS12` is."),
        Key("max_version", \.newest, .choice, "The newest version that is spoken."),
        Key(
            "cipher_suites", \.cipherSuites, .names(of: TLSSettings.knownCipherSuites),
            "The suites of TLS 1.2 by Go's names; empty for those with authenticated encryption."),
        Key(
            "prefer_server_cipher_suites", \.prefersOwnSuites, .boolean,
            "Accepted and without an effect, as in Go since 1.17."),
        Key(
            "curve_preferences", \.curves, .names(of: TLSSettings.knownCurves),
            "The curves of the key exchange by Go's names."),
    ]

    package mutating func finish(_ fields: SectionFields) -> Bool {
        // What is there and empty asks for nothing.
        let written = Self.keys.compactMap { fields[$0.name] }
        guard !written.isEmpty else { return true }
        refuseTwice(fields)
        checkVersions(fields)
        warnOfUnusedCA(fields)
        let certificate = certificateFile?.bytes ?? certificate.map { Array($0.utf8) }
        let key = keyFile?.bytes ?? key.map { Array($0.utf8) }
        if certificate == nil, fields["cert_file"] == nil, fields["cert"] == nil {
            fields.section.fail("needs a cert_file, or a cert")
        }
        if key == nil, fields["key_file"] == nil, fields["key"] == nil {
            fields.section.fail("needs a key_file, or a key")
        }
        guard let certificate, let key else { return false }
        settings = checked(made(certificate, key), fields)
        return settings != nil
    }

    private func refuseTwice(_ fields: SectionFields) {
        for name in ["cert", "key", "client_ca"] where fields[name] != nil && fields["\(name)_file"] != nil {
            fields[name]?.fail("\(name) and \(name)_file exclude each other; write one of them")
        }
    }

    private func checkVersions(_ fields: SectionFields) {
        if !newest.isSpoken {
            fields["max_version"]?.fail("\(newest.rawValue) is not spoken any more; needs TLS12 or TLS13")
        }
        if !oldest.isSpoken {
            fields["min_version"]?.warn("\(oldest.rawValue) is not spoken any more; TLS12 is the oldest")
        }
    }

    /// Such a certificate is asked for and not verified, in the exporter-toolkit too, which takes a CA beside it.
    private var ignoresCA: Bool { clientAuthentication == .request || clientAuthentication == .requireAny }

    private func warnOfUnusedCA(_ fields: SectionFields) {
        guard ignoresCA else { return }
        for name in ["client_ca_file", "client_ca"] {
            fields[name]?.warn(
                "has no effect: \(clientAuthentication.rawValue) verifies no certificate; RequireAndVerifyClientCert does"
            )
        }
    }

    private func made(_ certificate: [UInt8], _ key: [UInt8]) -> TLSSettings {
        var settings = TLSSettings(certificate: certificate, key: key)
        settings.clientCA = ignoresCA ? nil : clientCAFile?.bytes ?? clientCA.map { Array($0.utf8) }
        settings.clientAuthentication = clientAuthentication
        settings.allowedNames = allowedNames
        settings.minimumVersion = oldest.version
        settings.maximumVersion = newest.version
        settings.cipherSuites = cipherSuites
        settings.curves = curves
        return settings
    }

    /// The settings, unless something is wrong with them together.
    private func checked(_ settings: TLSSettings, _ fields: SectionFields) -> TLSSettings? {
        // Names that are not known are left out there, and reported.
        do throws(TLSError) {
            try settings.check()
            return settings
        } catch {
            let field = error.keys.lazy.compactMap { fields[$0] }.first ?? fields.section
            return field.failed("\(error)")
        }
    }
}

extension TLSError {
    /// The keys that it can be about, the likeliest first.
    fileprivate var keys: [String] {
        switch self {
        case .unreadableCertificate: ["cert_file", "cert"]
        case .unreadableKey, .keyMismatch: ["key_file", "key"]
        case .unreadableClientCA, .unusedClientCA: ["client_ca_file", "client_ca"]
        case .missingClientCA: ["client_auth_type"]
        case .unusedAllowedNames: ["client_allowed_sans"]
        case .noVersion: ["max_version", "min_version"]
        case .unknownCipherSuite, .noCipherSuite: ["cipher_suites"]
        case .unknownCurve: ["curve_preferences"]
        case .refused: []
        }
    }
}
