/// A set of page numbers, one bit each.
struct PageSet {
    private var words: [UInt64] = []

    /// Makes room for all pages below `count`; new ones are not in the set.
    mutating func grow(to count: Int) {
        let missing = (count + 63) / 64 - words.count
        if missing > 0 { words.append(contentsOf: repeatElement(0, count: missing)) }
    }

    mutating func insert(_ pages: Range<Int>) { change(pages) { word, mask in word |= mask } }

    mutating func remove(_ pages: Range<Int>) { change(pages) { word, mask in word &= ~mask } }

    private mutating func change(_ pages: Range<Int>, _ body: (inout UInt64, UInt64) -> Void) {
        var page = pages.lowerBound
        while page < pages.upperBound {
            let end = min(pages.upperBound, (page / 64 + 1) * 64)
            body(&words[page / 64], (.max >> UInt64(64 - (end - page))) << UInt64(page % 64))
            page = end
        }
    }

    func contains(_ page: Int) -> Bool { words[page / 64] & 1 << UInt64(page % 64) != 0 }

    /// The first page of the set from `start` on.
    func first(from start: Int) -> Int? { first(from: start, before: words.count * 64, flipped: 0) }

    /// The first pages of the set from `start` on that are neighbours, at most `limit` of them.
    func run(from start: Int, atMost limit: Int) -> Range<Int>? {
        guard let first = first(from: start) else { return nil }
        let end = min(first + limit, words.count * 64)
        return first..<(self.first(from: first, before: end, flipped: .max) ?? end)
    }

    /// The first of `count` neighbours in the set, at a multiple of `alignment`, from `start` on.
    func firstFit(_ count: Int, aligned alignment: Int, from start: Int) -> Int? {
        var position = start
        while let run = run(from: position, atMost: count + alignment - 1) {
            let first = (run.lowerBound + alignment - 1) / alignment * alignment
            if first + count <= run.upperBound { return first }
            // A run that was cut would have had room wherever the multiple lies.
            position = run.upperBound
        }
        return nil
    }

    /// The page behind the first `count` pages of the set, or behind all of them.
    func end(ofFirst count: Int) -> Int {
        var rest = count
        for (index, word) in words.enumerated() {
            rest -= word.nonzeroBitCount
            if rest <= 0 { return (index + 1) * 64 }
        }
        return words.count * 64
    }

    /// The first page whose bit is set once it was combined with `flipped`.
    private func first(from start: Int, before end: Int, flipped: UInt64) -> Int? {
        var index = start / 64
        guard start < end else { return nil }
        var word = (words[index] ^ flipped) & (.max << UInt64(start % 64))
        while word == 0 {
            index += 1
            guard index * 64 < end else { return nil }
            word = words[index] ^ flipped
        }
        let page = index * 64 + word.trailingZeroBitCount
        return page < end ? page : nil
    }
}
