import Crypt
import Synchronization

/// The last passwords that were right, each with the hash it was checked against; it outlives the readings of the file.
///
/// A right password stays known while the hash of its user does, whatever else of the file changes. Else each renewed
/// certificate would have all clients checked again at once, beside those who guess.
///
/// Thread-safe: one lock guards what is remembered.
final class RightPasswords: Sendable {
    private let digester: PasswordDigester
    private let succeeded = Mutex(SucceededChecks())

    /// None; nil where there is nothing to make digests with.
    init?() {
        guard let digester = PasswordDigester() else { return nil }
        self.digester = digester
    }

    func digest(user: [UInt8], password: [UInt8]) -> [UInt8]? {
        digester.digest(user: user, password: password)
    }

    func contain(_ digest: [UInt8], for hash: BcryptHash) -> Bool {
        succeeded.withLock { $0.contains(digest, for: hash) }
    }

    func insert(_ digest: [UInt8], for hash: BcryptHash) {
        succeeded.withLock { $0.insert(digest, for: hash) }
    }
}
