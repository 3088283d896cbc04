import GnuTLS

/// Decides whether a JSON Web Token (RFC 7519) is believed.
package struct TokenVerifier: Sendable, Equatable {
    /// What `iss` has to be; nil where it is not looked at.
    package var issuer: String?
    /// What `aud` has to be or to hold; nil where it is not looked at.
    package var audience: String?
    /// The most by which the issuer's clock may differ from ours.
    package var leeway: Duration
    /// The public keys of the issuer.
    package var keys: JSONWebKeySet

    /// A verifier from its parts.
    package init(issuer: String?, audience: String?, leeway: Duration, keys: JSONWebKeySet) {
        self.issuer = issuer
        self.audience = audience
        self.leeway = leeway
        self.keys = keys
    }

    /// Longer ones are not looked at.
    package var longest = 8 << 10

    /// Whether the token is believed at that time, in seconds since the Unix epoch.
    package func accepts(_ token: [UInt8], at now: Double) -> Bool {
        guard token.count <= longest else { return false }
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let signature = Self.bytes(parts[2]),
            let key = key(for: header),
            key.verifies(signature, of: Array(token[..<parts[1].endIndex])),
            let claims = Self.object(parts[1])
        else { return false }
        return isTimely(claims, now) && isForUs(claims)
    }

    /// The key that the header asks for; `none` and codes by a shared secret have none.
    private func key(for header: [String: JSONValue]) -> SignatureKey? {
        // Extensions that have to be understood: none is.
        guard header["crit"] == nil, let algorithm = header["alg"]?.string else { return nil }
        guard let id = header["kid"] else { return keys.key(named: nil, for: algorithm) }
        return id.string.flatMap { keys.key(named: $0, for: algorithm) }
    }

    private func isTimely(_ claims: [String: JSONValue], _ now: Double) -> Bool {
        let slack = Double(leeway.components.seconds)
        guard let end = claims["exp"]?.number, now < end + slack else { return false }
        for name in ["nbf", "iat"] {
            guard let claim = claims[name] else { continue }
            guard let start = claim.number, start <= now + slack else { return false }
        }
        return true
    }

    private func isForUs(_ claims: [String: JSONValue]) -> Bool {
        if let issuer, claims["iss"]?.string != issuer { return false }
        guard let audience else { return true }
        switch claims["aud"] {
        case .string(let one): return one == audience
        case .array(let several): return several.contains(.string(audience))
        default: return false
        }
    }

    private static func bytes(_ part: ArraySlice<UInt8>) -> [UInt8]? {
        Base64.decodeURL(String(decoding: part, as: UTF8.self)[...].utf8)
    }

    private static func object(_ part: ArraySlice<UInt8>) -> [String: JSONValue]? {
        bytes(part).flatMap { JSONValue($0)?.object }
    }
}
