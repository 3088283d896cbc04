import Crypt

/// The last checks of passwords that succeeded, by their digests, with the hashes they were made with; the oldest go first.
struct SucceededChecks {
    private let limit: Int
    private var hashes: [[UInt8]: BcryptHash] = [:]
    private var order: [[UInt8]] = []
    private var oldest = 0

    /// None; `limit` is at least 1.
    init(limit: Int = 256) { self.limit = limit }

    var count: Int { hashes.count }

    /// Whether the password is right for a user who has that hash now.
    func contains(_ digest: [UInt8], for hash: BcryptHash) -> Bool { hashes[digest] == hash }

    mutating func insert(_ digest: [UInt8], for hash: BcryptHash) {
        guard hashes.updateValue(hash, forKey: digest) == nil else { return }
        guard order.count == limit else { return order.append(digest) }
        hashes[order[oldest]] = nil
        order[oldest] = digest
        oldest = (oldest + 1) % limit
    }
}
