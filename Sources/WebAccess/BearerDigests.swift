import Crypt

/// The tokens that are accepted, as digests.
struct BearerDigests {
    private let digests: [[UInt8]]
    private let digester: PasswordDigester

    /// Nil where there is nothing to make digests with.
    init?(_ tokens: [String]) {
        guard let digester = PasswordDigester() else { return nil }
        var digests: [[UInt8]] = []
        for token in tokens {
            guard let digest = digester.digest(token: Array(token.utf8)) else { return nil }
            digests.append(digest)
        }
        self.digester = digester
        self.digests = digests
    }

    /// Whether `token` is one of them; which one, or how much of one it is, does not change the time.
    func contain(_ token: [UInt8]) -> Bool {
        guard let digest = digester.digest(token: token) else { return false }
        return digests.reduce(false) { found, known in ConstantTime.areEqual(digest, known) || found }
    }
}
