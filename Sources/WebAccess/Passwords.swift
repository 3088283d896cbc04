import Crypt
import Synchronization
import WebConfigurationFile

/// The users of basic authentication, and which of their passwords were right.
///
/// Thread-safe: one lock guards what is remembered.
final class Passwords: Sendable {
    private let hashes: [[UInt8]: BcryptHash]
    /// Checked for a name that no user has, which then takes as long as that of a user.
    private let nobody: BcryptHash
    private let digester: PasswordDigester
    private let queue: CheckQueue
    private let check: @Sendable ([UInt8], BcryptHash) -> Bool
    private let succeeded = Mutex(SucceededChecks())

    /// Nil where there is nothing to make digests with; `check` is what takes long.
    init?(
        _ users: [BasicAuthUser], queue: CheckQueue,
        check: @escaping @Sendable ([UInt8], BcryptHash) -> Bool = Bcrypt.check
    ) {
        let cost = users.map(\.hash.cost).max() ?? Bcrypt.costs.lowerBound
        guard let nobody = BcryptHash.ofNobody(cost: cost), let digester = PasswordDigester() else {
            return nil
        }
        hashes = Dictionary(users.map { (Array($0.name.utf8), $0.hash) }) { first, _ in first }
        self.nobody = nobody
        self.digester = digester
        self.queue = queue
        self.check = check
    }

    /// Has the password checked by another thread, which tells `decide`; false where too many wait for that.
    func check(
        user: [UInt8], password: [UInt8], from client: String,
        decide: @escaping @Sendable (CheckQueue.Result) -> Void
    ) -> Bool {
        guard let digest = digester.digest(user: user, password: password) else { return false }
        return queue.add(
            digest, from: client, isRight: { self.isRight(user, password, digest) }, then: decide)
    }

    /// Whether this was checked before, and was right.
    func isKnown(user: [UInt8], password: [UInt8]) -> Bool {
        guard let digest = digester.digest(user: user, password: password) else { return false }
        return succeeded.withLock { $0.contains(digest) }
    }

    /// Takes as long as bcrypt.
    private func isRight(_ user: [UInt8], _ password: [UInt8], _ digest: [UInt8]) -> Bool {
        // Somebody else may have waited for the same.
        if succeeded.withLock({ $0.contains(digest) }) { return true }
        let hash = hashes[user]
        let isRight = check(password, hash ?? nobody) && hash != nil
        if isRight { succeeded.withLock { $0.insert(digest) } }
        return isRight
    }
}
