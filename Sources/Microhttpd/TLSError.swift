/// What is wrong with TLS settings; each description names the part and what to do.
package enum TLSError: Error, Equatable, CustomStringConvertible {
    /// The certificate is no PEM, or holds no certificate.
    case unreadableCertificate(reason: String)
    /// The key is no PEM, or holds no unencrypted key.
    case unreadableKey(reason: String)
    /// Certificate and key are not of one pair.
    case keyMismatch
    /// The client CA is no PEM, or holds no certificate.
    case unreadableClientCA(reason: String)
    /// Certificates are to be verified, and nothing says by what.
    case missingClientCA(TLSSettings.ClientAuthentication)
    /// There is a client CA, and no certificate is verified.
    case unusedClientCA(TLSSettings.ClientAuthentication)
    /// There are allowed names, and no certificate is verified.
    case unusedAllowedNames(TLSSettings.ClientAuthentication)
    /// No version is between the oldest and the newest.
    case noVersion
    /// A suite that is not in `TLSSettings.knownCipherSuites`.
    case unknownCipherSuite(String)
    /// No suite of TLS 1.2, which is the newest version, fits the key of the certificate.
    case noCipherSuite
    /// A curve that is not in `TLSSettings.knownCurves`.
    case unknownCurve(String)
    /// GnuTLS refuses the settings for a reason of its own.
    case refused(reason: String)

    /// A sentence an operator can act on.
    package var description: String {
        switch self {
        case .unreadableCertificate(let reason): "the certificate can't be read as PEM: \(reason)"
        case .unreadableKey(let reason): "the key can't be read as PEM: \(reason)"
        case .keyMismatch: "the key does not belong to the certificate"
        case .unreadableClientCA(let reason): "the client CA can't be read as PEM: \(reason)"
        case .missingClientCA(let type): "\(type.rawValue) needs a client CA to verify certificates by"
        case .unusedClientCA(let type):
            "there is a client CA, and \(type.rawValue) verifies no certificate; use \(Self.verifying)"
        case .unusedAllowedNames(let type):
            "there are allowed names, and \(type.rawValue) verifies no certificate; use \(Self.verifying)"
        case .noVersion: "the oldest version of TLS is newer than the newest"
        case .unknownCipherSuite(let name):
            "cipher suite \"\(name)\" is not known; use some of \(Self.list(TLSSettings.knownCipherSuites))"
        case .noCipherSuite: "no cipher suite fits the certificate's key, and TLS 1.2 is the newest version"
        case .unknownCurve(let name):
            "curve \"\(name)\" is not known; use some of \(Self.list(TLSSettings.knownCurves))"
        case .refused(let reason): "GnuTLS refuses the settings: \(reason)"
        }
    }

    private static let verifying = TLSSettings.ClientAuthentication.allCases.filter(\.verifies)
        .map(\.rawValue).joined(separator: " or ")

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
