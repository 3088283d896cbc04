/// Which pages of an arena are free, and which of these still have memory behind them.
///
/// Free pages are all zeros. Free neighbours are one run without further ado; the lowest run that fits is taken.
struct Pages {
    /// Bytes of a page, whatever the system's are.
    static let size = 4096
    /// So many free pages keep their memory, so that a store that breathes doesn't give it back and fetch it all the time.
    static let kept = 64

    /// Where the pages end.
    private(set) var count = 1
    /// How many are not free; the first one, with the arena's header, never is.
    private(set) var takenCount = 1
    private var free = PageSet()
    /// Free pages that may have memory behind them.
    private var backed = PageSet()
    /// Pages that have been in `backed` since the last `age`.
    private var idle = PageSet()
    /// There is no free page below.
    private var lowestFree = 0

    /// Adds free pages at the end.
    mutating func grow(to newCount: Int, isBacked: Bool) {
        guard newCount > count else { return }
        free.grow(to: newCount)
        backed.grow(to: newCount)
        idle.grow(to: newCount)
        free.insert(count..<newCount)
        if isBacked { backed.insert(count..<newCount) }
        lowestFree = min(lowestFree, count)
        count = newCount
    }

    /// Takes neighbours of which the first is at a multiple of `alignment`; nil where none fit.
    mutating func take(_ count: Int, aligned alignment: Int) -> Int? {
        guard let first = find(count, aligned: alignment) else { return nil }
        take(first..<first + count)
        return first
    }

    /// Where `take` would find them.
    mutating func find(_ count: Int, aligned alignment: Int) -> Int? {
        guard let lowest = free.first(from: lowestFree) else { return nil }
        lowestFree = lowest
        return free.firstFit(count, aligned: alignment, from: lowest)
    }

    /// Whether all of them are known to have memory behind them.
    func areBacked(_ pages: Range<Int>) -> Bool { pages.allSatisfy { backed.contains($0) } }

    /// Takes pages, all of which are free.
    mutating func take(_ pages: Range<Int>) {
        free.remove(pages)
        backed.remove(pages)
        idle.remove(pages)
        takenCount += pages.count
    }

    /// How many pages there have to be for a run that did not fit.
    func countNeeded(for count: Int, aligned alignment: Int) -> Int {
        var start = self.count
        while start > 1, free.contains(start - 1) { start -= 1 }
        return (start + alignment - 1) / alignment * alignment + count
    }

    /// Takes pages back, which are all zeros.
    mutating func giveBack(_ pages: Range<Int>, isBacked: Bool) {
        free.insert(pages)
        if isBacked { backed.insert(pages) }
        takenCount -= pages.count
        lowestFree = min(lowestFree, pages.lowerBound)
    }

    /// Takes a run of pages that stayed free since the last `age`, but none of the lowest ones with memory.
    mutating func takeIdle(atMost limit: Int) -> Range<Int>? {
        guard let run = idle.run(from: backed.end(ofFirst: Self.kept), atMost: limit) else { return nil }
        take(run)
        return run
    }

    /// Begins anew to see which pages stay free.
    mutating func age() { idle = backed }
}
