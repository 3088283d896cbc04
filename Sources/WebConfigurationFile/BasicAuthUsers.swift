import Bytes
import ConfigurationKeys
package import Crypt

/// A user of basic authentication.
package struct BasicAuthUser: Sendable, Equatable {
    /// As the client sends it.
    package let name: String
    /// Of the password.
    package let hash: BcryptHash

    /// A user from its parts.
    package init(name: String, hash: BcryptHash) {
        self.name = name
        self.hash = hash
    }
}

extension ValueType<[BasicAuthUser]> {
    /// Names with bcrypt hashes.
    static var users: Self {
        Self("mapping of names to bcrypt hashes", text: { _ in "{}" }) { field in
            guard let entries = field.entries() else { return nil }
            // The exporter-toolkit takes it, and asks nobody either.
            if entries.isEmpty { field.warn("has no user, so nobody is asked for a password") }
            return entries.compactMap { name, key, value in
                if let mistake = Self.mistake(inName: name) { key.fail(mistake) }
                guard let text = value.secret() else { return nil }
                do throws(BcryptHash.Mistake) {
                    return BasicAuthUser(name: name, hash: try BcryptHash(text))
                } catch {
                    return value.failed("\(error)")
                }
            }
        }
    }

    private static func mistake(inName name: String) -> String? {
        if name.utf8.contains(UInt8(ascii: ":")) { return "a name of a user can't hold a colon" }
        return name.utf8.contains { $0 < 0x20 || $0 == 0x7f } ? "a name holds no control characters" : nil
    }
}
