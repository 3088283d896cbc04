/// What happens to the blocks of an arena while an image of it is written; guarded by the arena's lock.
struct ArenaHold {
    /// Blocks that were released and still hold what they held.
    private(set) var kept: [(offset: Int, size: Int)] = []
    private var keptBytes = 0
    private let limit: Int
    private var isBroken = false
    private var handedOut: [Range<Int>] = []

    /// At most `limit` bytes wait.
    init(limit: Int) {
        self.limit = limit
    }

    /// Keeps a block; false for more than may wait, which no image can be made of.
    mutating func keep(offset: Int, size: Int) -> Bool {
        guard !isBroken, keptBytes + size <= limit else {
            isBroken = true
            return false
        }
        keptBytes += size
        kept.append((offset, size))
        return true
    }

    mutating func noteHandedOut(_ block: Range<Int>) { handedOut.append(block) }

    /// The blocks that were handed out since the last call; nil where not all that was released could wait.
    mutating func takeHandedOut() -> [Range<Int>]? {
        guard !isBroken else { return nil }
        defer { handedOut = [] }
        return handedOut
    }
}
