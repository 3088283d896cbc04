import GnuTLS

/// A public key of a key set (RFC 7517) that signatures can be checked by.
package struct JSONWebKey: Sendable, Equatable {
    /// What a token names it by.
    package let id: String?
    let key: SignatureKey

    /// The largest and smallest modulus of RSA, in bytes.
    private static let moduli = 256...1024

    /// Nil for a key of a kind that is not used, or for something else than signatures, which RFC 7517 has ignored.
    ///
    /// - Throws: what is wrong with one that would be used.
    init?(_ members: [String: JSONValue]) throws(KeySetMistake) {
        if let use = members["use"], use.string != "sig" { return nil }
        if let operations = members["key_ops"]?.array, !operations.contains(.string("verify")) { return nil }
        id = members["kid"]?.string
        let name = id ?? "a key"
        switch (members["kty"]?.string, members["crv"]?.string) {
        case ("RSA", _):
            guard let modulus = Self.bytes(members["n"]), let exponent = Self.bytes(members["e"]) else {
                throw .malformedKey(name)
            }
            guard Self.moduli.contains(modulus.drop { $0 == 0 }.count) else { throw .size(name) }
            key = .rsa(modulus: modulus, exponent: exponent)
        case ("EC", "P-256"):
            guard let x = Self.bytes(members["x"]), let y = Self.bytes(members["y"]), x.count == 32,
                y.count == 32
            else { throw .malformedKey(name) }
            key = .p256(x: x, y: y)
        case ("OKP", "Ed25519"):
            guard let x = Self.bytes(members["x"]), x.count == 32 else { throw .malformedKey(name) }
            key = .ed25519(x)
        default: return nil
        }
        if let algorithm = members["alg"] {
            guard let name = algorithm.string, key.algorithms.contains(name) else { return nil }
        }
        guard key.isUsable else { throw .malformedKey(name) }
    }

    private static func bytes(_ value: JSONValue?) -> [UInt8]? {
        guard let text = value?.string, let bytes = Base64.decodeURL(text[...].utf8), !bytes.isEmpty else {
            return nil
        }
        return bytes
    }
}

extension SignatureKey {
    /// The names of the one algorithm that a key of this kind is used with (RFC 7518, RFC 8037, RFC 9864).
    var algorithms: [String] {
        switch self {
        case .rsa: ["RS256"]
        case .p256: ["ES256"]
        case .ed25519: ["EdDSA", "Ed25519"]
        }
    }
}

/// Why a text is no key set that tokens can be checked by.
package enum KeySetMistake: Error, Equatable, CustomStringConvertible {
    case notJSON
    case noKeys
    case tooMany(limit: Int)
    case malformedKey(String)
    case size(String)
    case twice(String)

    /// A sentence that names the key.
    package var description: String {
        switch self {
        case .notJSON: "this is no JSON object with \"keys\", or a member is there twice"
        case .noKeys: "it has no key for RS256, ES256 or EdDSA; others are ignored"
        case .tooMany(let limit): "it has more than \(limit) keys"
        case .malformedKey(let name): "\(name): this is not a whole public key"
        case .size(let name): "\(name): an RSA key needs 2048 to 8192 bits"
        case .twice(let name): "two keys have the kid \(name)"
        }
    }
}

/// The keys that issuers of tokens sign with.
package struct JSONWebKeySet: Sendable, Equatable {
    /// At least one.
    package let keys: [JSONWebKey]
    /// What is wrong with others, which are left out.
    package let ignored: [KeySetMistake]

    private static let limit = 64

    /// Reads a key set; one key that can't be used does not take the others away (RFC 7517, section 5).
    package init(_ text: [UInt8]) throws(KeySetMistake) {
        guard let values = JSONValue(text)?.object?["keys"]?.array else { throw .notJSON }
        guard values.count <= Self.limit else { throw .tooMany(limit: Self.limit) }
        var keys: [JSONWebKey] = []
        var ignored: [KeySetMistake] = []
        for value in values {
            guard let members = value.object else { throw .notJSON }
            do throws(KeySetMistake) {
                guard let key = try JSONWebKey(members) else { continue }
                keys.append(key)
            } catch {
                ignored.append(error)
            }
        }
        for (index, key) in keys.enumerated() {
            if let id = key.id, keys[..<index].contains(where: { $0.id == id }) { throw .twice(id) }
        }
        guard !keys.isEmpty else { throw ignored.first ?? .noKeys }
        self.keys = keys
        self.ignored = ignored
    }

    /// The key for a token: the one that it names, or the only one of its algorithm where it names none.
    func key(named id: String?, for algorithm: String) -> SignatureKey? {
        let fitting = keys.filter { $0.key.algorithms.contains(algorithm) && (id == nil || $0.id == id) }
        return fitting.count == 1 ? fitting[0].key : nil
    }
}
