import CCrypt

/// Hashes of passwords that take long to make, by libcrypt.
package enum Bcrypt {
    /// The costs that hashes are made and checked with; each one more takes twice the time, 15 some two seconds.
    package static let costs = 4...15

    /// A new hash of `password` with a salt of its own; nil where the system gives no random bytes or no memory.
    package static func hash(_ password: [UInt8], cost: Int) -> BcryptHash? {
        guard costs.contains(cost), let password = cString(password),
            let salt = unsafe output({ buffer in
                unsafe crypt_gensalt_rn("$2b$", UInt(cost), nil, 0, buffer, CRYPT_OUTPUT_SIZE) != nil
            }), let hash = crypt(password, salt)
        else { return nil }
        return try? BcryptHash(hash)
    }

    /// Whether `hash` is of `password`; takes as long as making the hash.
    ///
    /// As with all of bcrypt, what follows the 72nd byte does not count. A password with a zero byte, which would end it
    /// there, is never right.
    package static func check(_ password: [UInt8], _ hash: BcryptHash) -> Bool {
        let isWhole = cString(password) != nil
        let checked = cString(isWhole ? password : []) ?? []
        // `2a` would have libcrypt guard against a bug of old hashes, which no other implementation does.
        guard let made = crypt(checked, "$2b$" + hash.text.dropFirst(4)) else { return false }
        return ConstantTime.areEqual(Array(made.dropFirst(4).utf8), Array(hash.text.dropFirst(4).utf8))
            && isWhole
    }

    private static func cString(_ bytes: [UInt8]) -> [CChar]? {
        bytes.contains(0) ? nil : bytes.map { CChar(bitPattern: $0) } + [0]
    }

    private static func crypt(_ password: [CChar], _ setting: String) -> String? {
        unsafe output { unsafe ccrypt_hash(password, setting, $0) == 0 }
    }

    /// The text that `body` leaves in a buffer, if it says so.
    private static func output(_ body: (UnsafeMutablePointer<CChar>?) -> Bool) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(CRYPT_OUTPUT_SIZE))
        guard unsafe buffer.withUnsafeMutableBufferPointer({ unsafe body($0.baseAddress) }) else {
            return nil
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
