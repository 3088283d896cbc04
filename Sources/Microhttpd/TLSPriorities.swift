/// Versions, suites and curves as priority strings of GnuTLS.
struct TLSPriorities: Equatable {
    /// What a session begins with.
    let first: String
    /// What counts once TLS 1.2 is agreed on, where its ciphers are not those of TLS 1.3.
    let tls12: String?

    /// Of settings that were checked, for a certificate with a key of `kind`; nil if no suite is left.
    init?(_ settings: TLSSettings, _ kind: TLSCipherSuite.KeyKind) {
        let suites = TLSCipherSuite.known.filter { suite in
            settings.cipherSuites.isEmpty ? suite.mac == "AEAD" : settings.cipherSuites.contains(suite.name)
        }
        let suites12 = suites.filter { $0.key == kind }
        let suites13 = TLSCipherSuite.known.filter { $0.key == nil }
        let speaks12 = settings.minimumVersion == .tls12 && !suites12.isEmpty
        let speaks13 = settings.maximumVersion == .tls13
        let groups = TLSCurve.known.filter { settings.curves.isEmpty || settings.curves.contains($0.name) }
        func priorities(_ versions: [String], _ suites: [TLSCipherSuite]) -> String {
            let ciphers = suites.map { "+\($0.cipher)" }
            let macs = Set(suites.map { "+\($0.mac)" }).sorted()
            let start = ["NORMAL", "-VERS-ALL", "-CIPHER-ALL", "-MAC-ALL", "-GROUP-ALL", "-KX-ALL"]
            let exchanges = ["+ECDHE-ECDSA", "+ECDHE-RSA"]
            return
                (start + versions.map { "+VERS-\($0)" } + exchanges + ciphers + macs
                + groups.map { "+GROUP-\($0.group)" }).joined(separator: ":")
        }
        switch (speaks12, speaks13) {
        case (false, false): return nil
        case (true, false):
            first = priorities(["TLS1.2"], suites12)
            tls12 = nil
        case (false, true):
            first = priorities(["TLS1.3"], suites13)
            tls12 = nil
        case (true, true):
            // GnuTLS counts a cipher for both versions, so that TLS 1.2 has to be restricted once it is agreed on.
            first = priorities(["TLS1.3", "TLS1.2"], suites13 + suites12)
            tls12 = settings.cipherSuites.isEmpty ? nil : priorities(["TLS1.2"], suites12)
        }
    }
}
