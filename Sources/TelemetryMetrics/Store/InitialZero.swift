import Synchronization

/// Which series of a metric are new, so that a page shows them as zero: Prometheus' `increase()` sees no growth before the first
/// value that it got.
///
/// A series is new until a page that is at least `duration` old has shown it. So the time begins with the first page and not with
/// the series: nothing is missed where nobody scraped for a while. Thread-safe; pages take the lock, recording never does.
package final class InitialZero: Sendable {
    /// How long a series is shown as zero.
    let duration: Duration
    private let pages: Mutex<Pages>
    /// Is told when `shownBefore` changes, so that a successor goes on.
    private let note: @Sendable (UInt64) -> Void

    private struct Pages: Sendable {
        /// Series from before this moment were shown long enough.
        var shownBefore: UInt64
        /// When later pages began, in order; as no two are closer than an eighth of the duration, about nine.
        var begun: [UInt64] = []
    }

    /// - Parameter shownBefore: series from before this moment are not new.
    init(_ duration: Duration, shownBefore: UInt64 = 0, note: @escaping @Sendable (UInt64) -> Void = { _ in })
    {
        self.duration = duration
        self.note = note
        pages = Mutex(Pages(shownBefore: shownBefore))
        note(shownBefore)
    }

    private init(_ duration: Duration, _ pages: Pages, note: @escaping @Sendable (UInt64) -> Void) {
        self.duration = duration
        self.note = note
        self.pages = Mutex(pages)
    }

    /// The same for another duration, with the pages that there were.
    func lasting(_ duration: Duration) -> InitialZero {
        InitialZero(duration, pages.withLock(\.self), note: note)
    }

    /// Series from before this moment are not new.
    var shownBefore: UInt64 { pages.withLock(\.shownBefore) }

    /// Notes that a page begins at the moment `now`; series made since the moment that it returns are new to that page.
    func beginPage(at now: UInt64) -> UInt64 {
        let length = duration.wholeMilliseconds
        let (newSince, isChanged) = pages.withLock { pages in
            let before = pages.shownBefore
            while let first = pages.begun.first, first + length <= now {
                pages.shownBefore = max(pages.shownBefore, first)
                pages.begun.removeFirst()
            }
            let last = pages.begun.last.map { $0 + max(length / 8, 1) } ?? 0
            if now >= last { pages.begun.append(now) }
            return (pages.shownBefore, pages.shownBefore != before)
        }
        // A page that began earlier may come later; that a successor shows a zero for longer does no harm.
        if isChanged { note(newSince) }
        return newSince
    }
}
