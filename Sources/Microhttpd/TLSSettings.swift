/// What a server needs to serve HTTPS: certificate, whom it believes, and what it agrees to.
package struct TLSSettings: Sendable, Equatable {
    /// A version of the protocol; those before 1.2 are not spoken.
    package enum Version: Int, Sendable, CaseIterable, Comparable {
        case tls12
        case tls13

        /// Orders by age.
        package static func < (one: Version, other: Version) -> Bool { one.rawValue < other.rawValue }
    }

    /// Whether clients are asked for certificates, and which are believed; the raw values are Go's names.
    package enum ClientAuthentication: String, Sendable, CaseIterable {
        /// Not asked for.
        case none = "NoClientCert"
        /// Asked for; none is needed, and any is accepted.
        case request = "RequestClientCert"
        /// Needed; any is accepted.
        case requireAny = "RequireAnyClientCert"
        /// Asked for; one that is given must be signed by a client CA.
        case verifyIfGiven = "VerifyClientCertIfGiven"
        /// Needed, and must be signed by a client CA.
        case requireAndVerify = "RequireAndVerifyClientCert"

        /// Whether a certificate that a client has is verified.
        package var verifies: Bool { self == .verifyIfGiven || self == .requireAndVerify }
    }

    /// The server's certificate in PEM, its own first, then those that lead to a root.
    package var certificate: [UInt8]
    /// The key of the certificate in PEM, not encrypted.
    package var key: [UInt8]
    /// The certificates in PEM that sign those of clients.
    package var clientCA: [UInt8]?
    /// What is asked of clients.
    package var clientAuthentication = ClientAuthentication.none
    /// Names of which a client's certificate must have one as an alternative name: DNS, IP address, e-mail or URI; empty
    /// allows all.
    package var allowedNames: [String] = []
    /// The oldest version that is spoken.
    package var minimumVersion = Version.tls12
    /// The newest version that is spoken.
    package var maximumVersion = Version.tls13
    /// The suites of TLS 1.2, as Go's crypto/tls names them; empty for those with authenticated encryption.
    ///
    /// The suites of TLS 1.3 may be named, and are all there either way, as in Go.
    package var cipherSuites: [String] = []
    /// The curves of the key exchange; empty for all of `knownCurves`.
    package var curves: [String] = []

    /// Settings with the defaults for the rest.
    package init(certificate: [UInt8], key: [UInt8]) {
        self.certificate = certificate
        self.key = key
    }
}
