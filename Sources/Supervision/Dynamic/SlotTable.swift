/// Elements at places that are reused, found in one step; memory is that of the most elements there ever were at a time,
/// and none when it becomes empty.
struct SlotTable<Element> {
    private var slots: [Element?] = []
    private var free: [Int] = []

    var count: Int { slots.count - free.count }
    var isEmpty: Bool { count == 0 }

    /// The place at which the next element goes.
    var nextSlot: Int { free.last ?? slots.count }

    mutating func insert(_ element: Element) {
        guard let slot = free.popLast() else {
            slots.append(element)
            return
        }
        slots[slot] = element
    }

    /// `slot` must be that of an element.
    mutating func remove(at slot: Int) {
        slots[slot] = nil
        free.append(slot)
        if isEmpty { self = SlotTable() }
    }

    /// Nil for a place without an element.
    subscript(_ slot: Int) -> Element? {
        get { slots.indices.contains(slot) ? slots[slot] : nil }
        _modify { yield &slots[slot] }
    }

    /// Those that there are, by their places.
    var elements: some Sequence<Element> { slots.lazy.compactMap(\.self) }
}
