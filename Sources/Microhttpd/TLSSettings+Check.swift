extension TLSSettings {
    /// The suites that may be named.
    package static var knownCipherSuites: [String] { TLSCipherSuite.known.map(\.name) }

    /// The curves that may be named.
    package static var knownCurves: [String] { TLSCurve.known.map(\.name) }

    /// Throws what is wrong with the settings, without a server.
    package func check() throws(TLSError) {
        _ = try TLSCredentials(self)
    }

    /// Throws what is wrong with all but certificates and key.
    func checkWords() throws(TLSError) {
        guard minimumVersion <= maximumVersion else { throw .noVersion }
        for name in cipherSuites where !Self.knownCipherSuites.contains(name) {
            throw .unknownCipherSuite(name)
        }
        for name in curves where !Self.knownCurves.contains(name) { throw .unknownCurve(name) }
        let type = clientAuthentication
        if type.verifies {
            guard clientCA != nil else { throw .missingClientCA(type) }
        } else {
            guard clientCA == nil else { throw .unusedClientCA(type) }
            guard allowedNames.isEmpty else { throw .unusedAllowedNames(type) }
        }
    }
}
