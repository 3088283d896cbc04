import Arena

/// The names and kinds of one source that are known, by number; guarded by the registry's lock.
struct WireNames {
    /// A name and kind that was seen.
    struct Known: Sendable {
        let name: String
        let kind: SampleKind
        /// Its row in the table of names, until it is removed.
        let row: Row
        var entry: WireEntry

        /// Tells a successor whether the name stands for a metric.
        func mark() {
            if case .metric = entry { row.present.set(1) } else { row.present.clear(1) }
        }
    }

    /// Nil for a number that no name has.
    private(set) var slots: [Known?] = []
    /// Numbers that nobody knows any more.
    private var free: [Int] = []
    /// How many names are known.
    private(set) var count = 0

    /// A number that no name has and no recorder knows, for `add` or `giveBack`.
    mutating func takeNumber() -> Int {
        if let number = free.popLast() { return number }
        slots.append(nil)
        return slots.count - 1
    }

    mutating func add(_ known: Known, number: Int) {
        slots[number] = known
        count += 1
    }

    /// Removes a name; its number is used again once it is given back.
    mutating func remove(_ number: Int) {
        slots[number] = nil
        count -= 1
    }

    mutating func giveBack(_ numbers: [Int]) { free += numbers }

    /// Has a name that is known stand for something else.
    mutating func change(_ number: Int, to entry: WireEntry) { slots[number]?.entry = entry }
}
