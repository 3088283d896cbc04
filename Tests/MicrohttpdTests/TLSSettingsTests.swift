import Testing

@testable import Microhttpd

/// What is said of settings before a server uses them.
@Suite(.timeLimit(.minutes(5)))
struct TLSSettingsTests {
    private static let authority = TestAuthority()
    private static let elliptic = authority.issue()
    private static let rsa = authority.issue(TestSubject(key: .rsa))

    /// Of a curve, with the password `abc`.
    private static let encryptedKey = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi+uYS4G0dx0AICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEM/90nfDAWK4LKOsWF5WhI8EgZDC
        e3jwKpqefWD8oBliMBZepCcb51131IJjLCmDri/hu56nHq0xCTvLuzaH4PYZ9/wi
        jpjjlYzF0YBewOY/GgJjadKeAnBp07HJaCkHJwHCJpqGh2AkyonU3aB7OBEz3Xd4
        T2GNJUdhT+L58i9GESUB/YOjLBqqN1CpHsoW4wPkeVit/Bhxz+BBjRE1sUf/2WY=
        -----END ENCRYPTED PRIVATE KEY-----
        """

    /// What `check` throws for settings that are good but for what `adjust` does.
    private static func error(
        _ identity: TestIdentity = elliptic, _ adjust: (inout TLSSettings) -> Void
    ) -> TLSError? {
        var settings = TLSSettings(identity)
        adjust(&settings)
        do throws(TLSError) {
            try settings.check()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [elliptic, rsa])
    func theDefaultsAreGood(identity: TestIdentity) {
        #expect(Self.error(identity) { _ in } == nil)
    }

    @Test func namesThePartThatCanNotBeRead() {
        #expect(
            Self.error { $0.certificate = [] }
                == .unreadableCertificate(reason: "No certificate was found."))
        #expect(
            Self.error { $0.certificate = Array("text".utf8) }
                == .unreadableCertificate(reason: "No certificate was found."))
        #expect(
            Self.error { $0.certificate.removeSubrange(60..<80) }
                == .unreadableCertificate(reason: "ASN1 parser: Error in DER parsing."))
        #expect(
            Self.error { $0.key = $0.certificate } == .unreadableKey(reason: "there is no key in it"))
        #expect(Self.error { $0.key = [] } == .unreadableKey(reason: "there is no key in it"))
        #expect(
            Self.error { $0.key = Array(Self.encryptedKey.utf8) }
                == .unreadableKey(reason: "it is encrypted"))
    }

    @Test(arguments: ["", "text", elliptic.keyText])
    func aClientCAHasToHoldACertificate(text: String) {
        let error = Self.error {
            $0.clientAuthentication = .requireAndVerify
            $0.clientCA = Array(text.utf8)
        }

        #expect(error == .unreadableClientCA(reason: "there is no certificate in it"))
    }

    @Test func aKeyHasToFitItsCertificate() {
        #expect(Self.error { $0.key = Self.authority.issue().key } == .keyMismatch)
        #expect(Self.error { $0.key = Self.rsa.key } == .keyMismatch)
    }

    @Test(arguments: TLSSettings.ClientAuthentication.allCases)
    func aClientCAGoesWithTypesThatVerify(type: TLSSettings.ClientAuthentication) {
        let without = Self.error { $0.clientAuthentication = type }
        let with = Self.error {
            $0.clientAuthentication = type
            $0.clientCA = Self.authority.pem
        }
        let named = Self.error {
            $0.clientAuthentication = type
            $0.allowedNames = ["a.test"]
        }

        #expect(without == (type.verifies ? .missingClientCA(type) : nil))
        #expect(with == (type.verifies ? nil : .unusedClientCA(type)))
        #expect(named == (type.verifies ? .missingClientCA(type) : .unusedAllowedNames(type)))
    }

    @Test func versionsHaveAnOrder() {
        #expect(
            Self.error {
                $0.minimumVersion = .tls13
                $0.maximumVersion = .tls12
            } == .noVersion)
    }

    @Test func namesHaveToBeKnown() {
        #expect(
            Self.error { $0.cipherSuites = ["TLS_RSA_WITH_RC4_128_SHA"] }
                == .unknownCipherSuite("TLS_RSA_WITH_RC4_128_SHA"))
        #expect(Self.error { $0.curves = ["CurveP224"] } == .unknownCurve("CurveP224"))
        #expect(Self.error { $0.cipherSuites = TLSSettings.knownCipherSuites } == nil)
        #expect(Self.error { $0.curves = TLSSettings.knownCurves } == nil)
    }

    @Test func aSuiteHasToFitTheKeyWhereTLS12IsTheNewest() {
        func adjust(_ settings: inout TLSSettings) {
            settings.cipherSuites = ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]
            settings.maximumVersion = .tls12
        }

        #expect(Self.error(Self.elliptic, adjust) == .noCipherSuite)
        #expect(Self.error(Self.rsa, adjust) == nil)
    }

    @Test func aServerSaysWhatIsWrongWithItsSettings() {
        #expect(throws: MicrohttpdError.badTLS(.unknownCurve("a"))) {
            try testServer {
                $0.tls = TLSSettings(Self.elliptic)
                $0.tls?.curves = ["a"]
            }
        }
        #expect(
            MicrohttpdError.badTLS(.keyMismatch).description
                == "cannot serve HTTPS: the key does not belong to the certificate")
        #expect(
            TLSError.unusedClientCA(.request).description
                == "there is a client CA, and RequestClientCert verifies no certificate; "
                + "use VerifyClientCertIfGiven or RequireAndVerifyClientCert")
    }
}

extension TestIdentity {
    fileprivate var keyText: String { String(decoding: key, as: UTF8.self) }
}
