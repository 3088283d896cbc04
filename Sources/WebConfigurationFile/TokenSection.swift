package import ConfigurationKeys
package import JSONWebTokens

/// The `jwt` section: which JSON Web Tokens are accepted.
package struct TokenSection: Sendable, Equatable {
    var issuer: String?
    var audience: String?
    var keyFile: NamedFile?
    var leeway = Duration.zero
    /// Nil where none is.
    package private(set) var verifier: TokenVerifier?
}

extension TokenSection: KeyedSection {
    package static let keys: [Key<TokenSection>] = [
        Key("jwks_file", \.keyFile, ifWritten: .file, "The key set (RFC 7517) of who signs tokens."),
        Key("issuer", \.issuer, ifWritten: .text, "What `iss` has to be."),
        Key("audience", \.audience, ifWritten: .text, "What `aud` has to be, or hold."),
        Key("leeway", \.leeway, .duration, "By how much clocks may differ."),
    ]

    package mutating func finish(_ fields: SectionFields) -> Bool {
        guard let keyFile else {
            if fields["jwks_file"] == nil { fields.section.fail("needs a jwks_file") }
            return false
        }
        if audience == nil {
            fields.section.warn("without an audience, tokens that the issuer made for others are accepted")
        }
        do throws(KeySetMistake) {
            let keys = try JSONWebKeySet(keyFile.bytes)
            for mistake in keys.ignored { fields["jwks_file"]?.warn("a key is ignored: \(mistake)") }
            verifier = TokenVerifier(issuer: issuer, audience: audience, leeway: leeway, keys: keys)
            return true
        } catch {
            fields["jwks_file"]?.fail("\(error)")
            return false
        }
    }
}
