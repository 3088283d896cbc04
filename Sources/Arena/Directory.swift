import Synchronization

/// Where the records of an arena are: pages of entries, each of which leads to the next; guarded by its lock.
///
/// An entry is the offset of a record, 0 for none. One store makes a record part of the arena, and one takes it out, so that a
/// successor finds it whole or not at all.
struct Directory {
    /// Where an entry is.
    struct Entry: Sendable, Equatable {
        fileprivate let page: Int
        fileprivate let index: Int
    }

    static let entriesPerPage = Pages.size / 8 - 1

    private struct Page {
        let offset: Int
        var free: [Int] = (1...entriesPerPage).reversed()
    }

    private var pages: [Page] = []
    /// The first page that may have a free entry.
    private var firstOpen = 0

    /// Where its pages are, from the first one on.
    var offsets: [Int] { pages.map(\.offset) }

    /// Has an entry lead to `offset`.
    mutating func enter(_ offset: Int, in arena: Arena) throws(ArenaError) -> Entry {
        while firstOpen < pages.count, pages[firstOpen].free.isEmpty { firstOpen += 1 }
        if firstOpen == pages.count {
            let page = try arena.allocate(Pages.size, isPrivileged: true)
            arena.word(at: pages.last.map(\.offset) ?? Arena.Header.directory).publish(UInt64(page))
            pages.append(Page(offset: page))
        }
        guard let index = pages[firstOpen].free.popLast() else { throw .full(size: arena.used) }
        arena.word(at: pages[firstOpen].offset + index * 8).publish(UInt64(offset))
        return Entry(page: firstOpen, index: index)
    }

    /// Takes an entry away.
    mutating func remove(_ entry: Entry, from arena: Arena) {
        arena.word(at: pages[entry.page].offset + entry.index * 8).publish(0)
        pages[entry.page].free.append(entry.index)
        firstOpen = min(firstOpen, entry.page)
    }
}
