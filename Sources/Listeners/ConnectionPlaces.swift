/// Who has the places of one listener, by the time of the last byte; a pure value that is told what happens.
///
/// Each connection has a slot, a small number. Every change takes the same time however many connections there are.
struct ConnectionPlaces {
    /// Whether there is room for one more.
    enum Room: Equatable {
        case free
        /// All places are taken.
        case full
        /// The address of the newcomer has all that it may have.
        case fullForAddress
    }

    /// Connections from one address, or all of them: first those between two frames, then those inside of one.
    private struct Group {
        var count = 0
        var resting = RecencyEnds()
        var insideFrame = RecencyEnds()

        subscript(isInsideFrame isInside: Bool) -> RecencyEnds {
            get { isInside ? insideFrame : resting }
            set { if isInside { insideFrame = newValue } else { resting = newValue } }
        }
    }

    private let limit: Int
    private let limitPerAddress: Int
    private var all = Group()
    private var links = RecencyLinks()
    private var groups: [String: Group] = [:]
    private var linksOfGroups = RecencyLinks()
    private var isInsideFrame: [Bool] = []
    private var addresses: [String?] = []
    private var freeSlots: [Int] = []

    /// - Parameter limitPerAddress: connections without an address, those of Unix sockets, have no such limit.
    init(limit: Int, limitPerAddress: Int) {
        self.limit = limit
        self.limitPerAddress = limitPerAddress
    }

    /// Addresses that have a connection: of those that have none, nothing is kept.
    var addressCount: Int { groups.count }

    /// Whether one more connection from `address` may come in.
    func room(for address: String?) -> Room {
        if let address, let group = groups[address], group.count >= limitPerAddress { return .fullForAddress }
        return all.count >= limit ? .full : .free
    }

    /// The slots whose connection may go for a newcomer: that without a byte for the longest time, of those between two
    /// frames and of those inside of one.
    ///
    /// - Parameter address: of the newcomer, where only connections of the same address count.
    func oldest(of address: String?) -> (resting: Int?, insideFrame: Int?) {
        let group = address.map { groups[$0] ?? Group() } ?? all
        return (group.resting.oldest, group.insideFrame.oldest)
    }

    /// Gives a new connection its slot, the newest of all.
    mutating func enter(from address: String?) -> Int {
        let slot = freeSlots.popLast() ?? addSlot()
        isInsideFrame[slot] = false
        addresses[slot] = address
        append(slot)
        return slot
    }

    /// Bytes came: the connection is the newest, inside of a frame or between two.
    mutating func received(_ slot: Int, isInsideFrame isInside: Bool) {
        // A connection that is alone in sending has nobody to pass.
        guard isInside != isInsideFrame[slot] || all[isInsideFrame: isInside].newest != slot else { return }
        remove(slot)
        isInsideFrame[slot] = isInside
        append(slot)
    }

    /// The connection is gone; its slot is free.
    mutating func leave(_ slot: Int) {
        remove(slot)
        if let address = addresses[slot], groups[address]?.count == 0 { groups[address] = nil }
        addresses[slot] = nil
        freeSlots.append(slot)
    }

    private mutating func addSlot() -> Int {
        isInsideFrame.append(false)
        addresses.append(nil)
        links.addSlot()
        linksOfGroups.addSlot()
        return addresses.count - 1
    }

    private mutating func append(_ slot: Int) {
        let isInside = isInsideFrame[slot]
        all.count += 1
        links.append(slot, to: &all[isInsideFrame: isInside])
        guard let address = addresses[slot] else { return }
        groups[address, default: Group()].count += 1
        linksOfGroups.append(slot, to: &groups[address, default: Group()][isInsideFrame: isInside])
    }

    private mutating func remove(_ slot: Int) {
        let isInside = isInsideFrame[slot]
        all.count -= 1
        links.remove(slot, from: &all[isInsideFrame: isInside])
        guard let address = addresses[slot] else { return }
        groups[address]?.count -= 1
        linksOfGroups.remove(slot, from: &groups[address, default: Group()][isInsideFrame: isInside])
    }
}

/// Both ends of a list of slots.
struct RecencyEnds {
    fileprivate(set) var oldest: Int?
    fileprivate(set) var newest: Int?
}

/// The links of slots that are in one list each, of several.
struct RecencyLinks {
    private var older: [Int?] = []
    private var newer: [Int?] = []

    mutating func addSlot() {
        older.append(nil)
        newer.append(nil)
    }

    /// Puts a slot that is in no list at the end of this one.
    mutating func append(_ slot: Int, to ends: inout RecencyEnds) {
        older[slot] = ends.newest
        newer[slot] = nil
        if let newest = ends.newest { newer[newest] = slot } else { ends.oldest = slot }
        ends.newest = slot
    }

    /// Takes a slot off the list that it is in.
    mutating func remove(_ slot: Int, from ends: inout RecencyEnds) {
        if let before = older[slot] { newer[before] = newer[slot] } else { ends.oldest = newer[slot] }
        if let after = newer[slot] { older[after] = older[slot] } else { ends.newest = older[slot] }
    }
}
