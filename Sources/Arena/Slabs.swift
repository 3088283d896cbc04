/// The slabs of an arena, and for each size those with room.
struct Slabs {
    /// By their first page.
    private var slabs: [Int: Slab] = [:]
    /// The first page of a slab with room for each size, 0 for none; they are linked.
    private var open = InlineArray<47, UInt32>(repeating: 0)

    /// The offset of a free block; nil where no slab of the size has one.
    mutating func take(_ size: Int) -> Int? {
        let number = BlockSize.number(of: size)
        let page = Int(open[number])
        guard let place = slabs.index(forKey: page) else { return nil }
        let index = slabs.values[place].take()
        if slabs.values[place].isFull { close(page, number) }
        return page * Pages.size + index * size
    }

    /// Adds an empty slab, whose pages are zeros.
    mutating func add(at page: Int, size: Int) {
        slabs[page] = Slab(blockSize: size)
        reopen(page, BlockSize.number(of: size))
    }

    /// Takes a block back, and returns the pages of its slab where that was the last one.
    mutating func giveBack(offset: Int, size: Int) -> Range<Int>? {
        let pages = BlockSize.slabPages(of: size)
        let page = offset / (pages * Pages.size) * pages
        guard let place = slabs.index(forKey: page) else { return nil }
        let number = BlockSize.number(of: size)
        if slabs.values[place].isFull { reopen(page, number) }
        slabs.values[place].giveBack((offset - page * Pages.size) / size)
        guard slabs.values[place].isEmpty else { return nil }
        close(page, number)
        slabs.remove(at: place)
        return page..<page + pages
    }

    /// Frees what the list of slabs takes beyond its needs.
    mutating func trim() {
        guard slabs.capacity > 64, slabs.capacity / 4 > slabs.count else { return }
        slabs = Dictionary(uniqueKeysWithValues: slabs.map { ($0.key, $0.value) })
    }

    /// Enters a slab into the list of those with room.
    private mutating func reopen(_ page: Int, _ number: Int) {
        let next = open[number]
        slabs[page]?.previous = 0
        slabs[page]?.next = next
        if next != 0 { slabs[Int(next)]?.previous = UInt32(page) }
        open[number] = UInt32(page)
    }

    /// Takes a slab out of the list of those with room.
    private mutating func close(_ page: Int, _ number: Int) {
        guard let slab = slabs[page] else { return }
        if slab.next != 0 { slabs[Int(slab.next)]?.previous = slab.previous }
        if slab.previous != 0 {
            slabs[Int(slab.previous)]?.next = slab.next
        } else {
            open[number] = slab.next
        }
    }
}
