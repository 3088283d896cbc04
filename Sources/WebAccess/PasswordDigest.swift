import GnuTLS

/// Makes keyed digests of names with passwords, which tell nothing of either without the key.
struct PasswordDigester {
    private let key: [UInt8]

    /// With a key of its own; nil where there are no random bytes.
    init?() {
        guard let key = RandomBytes.make(32) else { return nil }
        self.key = key
    }

    /// 32 bytes that only these two give; nil where GnuTLS can't.
    ///
    /// The length of the name is a part of it: else `a` with `bc` would be `ab` with `c`, as in CVE-2022-46146.
    func digest(user: [UInt8], password: [UInt8]) -> [UInt8]? {
        let length = (0..<8).map { UInt8(truncatingIfNeeded: user.count >> ($0 * 8)) }
        return SHA256.authenticate(length + user + password, key: key)
    }

    /// 32 bytes that only this token gives.
    func digest(token: [UInt8]) -> [UInt8]? { SHA256.authenticate(token, key: key) }
}
