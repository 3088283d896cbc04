import Crypt
import WebConfigurationFile

/// The users of basic authentication by one reading of the file.
///
/// Each check takes as long as the highest cost in the file asks for. Else its time would tell which names are those of users.
struct Passwords: Sendable {
    /// The hashes that a check is made with, one after the other; the first one decides.
    private let users: [[UInt8]: [BcryptHash]]
    /// The same for a name that no user has.
    private let nobody: [BcryptHash]
    private let remembered: RightPasswords
    private let queue: CheckQueue
    private let check: @Sendable ([UInt8], BcryptHash) -> Bool

    /// Checks are made by `queue`, and the right ones are remembered for the readings that follow; `check` is what takes long.
    init(
        _ users: [BasicAuthUser], queue: CheckQueue, remembering remembered: RightPasswords,
        check: @escaping @Sendable ([UInt8], BcryptHash) -> Bool = Bcrypt.check
    ) {
        let cost = users.map(\.hash.cost).max() ?? Bcrypt.costs.lowerBound
        nobody = [BcryptHash.ofNobody(cost: cost)].compactMap(\.self)
        self.users = Dictionary(
            users.map { (Array($0.name.utf8), [$0.hash] + Self.padding(from: $0.hash.cost, to: cost)) }
        ) { first, _ in first }
        self.remembered = remembered
        self.queue = queue
        self.check = check
    }

    /// Hashes that take together as long as is missing: a cost more is twice the time, so it is one of each cost between.
    private static func padding(from cost: Int, to highest: Int) -> [BcryptHash] {
        (cost..<highest).compactMap { BcryptHash.ofNobody(cost: $0) }
    }

    /// What a check of a password of `user` is made with.
    func hashes(of user: [UInt8]) -> [BcryptHash] { users[user] ?? nobody }

    /// Has the password checked by another thread, which tells `decide`; false where too many wait for that.
    func check(
        user: [UInt8], password: [UInt8], from client: String,
        decide: @escaping @Sendable (CheckQueue.Result) -> Void
    ) -> Bool {
        guard let digest = remembered.digest(user: user, password: password) else { return false }
        // A check by an earlier reading is the same only if the hash is.
        let check = digest + Array((hashes(of: user).first?.text ?? "").utf8)
        return queue.add(
            check, from: client, isRight: { isRight(user, password, digest) }, then: decide)
    }

    /// Whether this was checked before, and was right.
    func isKnown(user: [UInt8], password: [UInt8]) -> Bool {
        guard let digest = remembered.digest(user: user, password: password) else { return false }
        return isKnown(user, digest)
    }

    private func isKnown(_ user: [UInt8], _ digest: [UInt8]) -> Bool {
        guard let hash = users[user]?.first else { return false }
        return remembered.contain(digest, for: hash)
    }

    /// Takes as long as bcrypt.
    private func isRight(_ user: [UInt8], _ password: [UInt8], _ digest: [UInt8]) -> Bool {
        // Another request may have waited for the same.
        if isKnown(user, digest) { return true }
        let results = hashes(of: user).map { check(password, $0) }
        guard let hash = users[user]?.first, results.first == true else { return false }
        remembered.insert(digest, for: hash)
        return true
    }
}
