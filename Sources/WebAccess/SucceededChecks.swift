/// The last checks of passwords that succeeded, by their digests; those from longest ago go first.
struct SucceededChecks {
    private let limit: Int
    private var digests: Set<[UInt8]> = []
    private var order: [[UInt8]] = []
    private var oldest = 0

    /// None; `limit` is at least 1.
    init(limit: Int = 256) { self.limit = limit }

    var count: Int { digests.count }

    func contains(_ digest: [UInt8]) -> Bool { digests.contains(digest) }

    mutating func insert(_ digest: [UInt8]) {
        guard digests.insert(digest).inserted else { return }
        guard order.count == limit else { return order.append(digest) }
        digests.remove(order[oldest])
        order[oldest] = digest
        oldest = (oldest + 1) % limit
    }
}
