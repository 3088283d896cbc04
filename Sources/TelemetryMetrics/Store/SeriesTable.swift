package import Arena
import Synchronization
import Telemetry

/// The series of all metrics that share their labels: one row per label set, with the cells of each metric.
///
/// Thread-safe. Rows are looked up and used inside `ReadDomain.shared`, which every emit is in.
package final class SeriesTable: Sendable {
    /// The label text of the series that takes what comes past the limit.
    package static let overflowText = Array(#"heliograph_overflow="true""#.utf8)

    /// Where the rows are.
    package let table: Table
    /// The time for creation and expiry.
    package let clock: CoarseClock
    private let limit = Atomic<Int>(0)
    /// In milliseconds; 0 for never.
    private let expiry = Atomic<UInt64>(0)
    private let overflows = Atomic<UInt64>(0)

    init(
        arena: Arena, cellCount: Int, pageCells: [Int], limit: Int, expiry: Duration?, clock: CoarseClock
    ) {
        table = Table(arena: arena, cellCount: cellCount, pageCells: pageCells) {
            ReadDomain.shared.retire($0)
        }
        self.clock = clock
        change(limit: limit, expiry: expiry)
    }

    /// Sets other limits; series beyond the new ones stay until they expire.
    func change(limit: Int, expiry: Duration?) {
        self.limit.store(limit, ordering: .relaxed)
        self.expiry.store(expiry.map { max($0.wholeMilliseconds, 1) } ?? 0, ordering: .relaxed)
    }

    /// Updates that fell into the overflow series.
    package var overflowed: UInt64 { overflows.load(ordering: .relaxed) }

    /// The row of the label text, made where there is none, or the overflow row; nil where there is no memory.
    package func row(for text: borrowing RawSpan) -> Row? {
        if let row = table.find(text) { return row }
        do throws(ArenaError) {
            let limit = limit.load(ordering: .relaxed)
            if let row = try table.insert(text, now: clock.milliseconds, limit: limit) { return row }
            overflows.wrappingAdd(1, ordering: .relaxed)
            return unsafe try table.insert(Self.overflowText.span.bytes, now: clock.milliseconds)
        } catch {
            return nil
        }
    }

    /// A row that stays until it is unpinned, whether it is updated or not.
    package func pinnedRow(for text: borrowing RawSpan) -> Row? {
        while true {
            // The pin too: outside, a row that ended before might be another's already.
            let (found, isPinned) = ReadDomain.shared.read {
                let found = row(for: text)
                return (found, found?.pin() ?? true)
            }
            if isPinned { return found }
            // It ended before the pin; the index has it no more, or will in a moment.
        }
    }

    /// Removes what is past its expiry; returns how many series that were.
    @discardableResult
    package func sweep() -> Int {
        let expiry = expiry.load(ordering: .relaxed)
        guard expiry > 0 else { return 0 }
        defer { ReadDomain.shared.reclaim() }
        return ReadDomain.shared.read { table.sweep(now: clock.milliseconds, lifetime: expiry) }
    }
}
