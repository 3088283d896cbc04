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
    private let restructuring = Mutex<Void>(())

    init(
        arena: Arena, cellCount: Int, striped: Int, blockCells: [Int], limit: Int, expiry: Duration?,
        clock: CoarseClock
    ) {
        table = Table(arena: arena, cellCount: cellCount, striped: striped, blockCells: blockCells) {
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

    /// Runs `body` while no series of the table is made coarser or reset.
    func exclusively<Result: Sendable>(_ body: @Sendable () -> Result) -> Result {
        restructuring.withLock { _ in body() }
    }

    /// Makes a native histogram small enough again.
    func limit(_ histogram: NativeHistogram, _ row: Row, first: Int, rest: Int) {
        exclusively {
            _ = histogram.limit(row, first: first, rest: rest, self)
        }
    }

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
            if isPinned {
                if let found { table.stripe(found) }
                return found
            }
            // It ended before the pin; the index has it no more, or will in a moment.
        }
    }

    /// The cells of a row that the running thread adds to.
    ///
    /// Where several threads update one row again and again, it gets stripes; see docs/decisions/0004-hot-and-cold-series.md.
    @inline(__always)
    package func cells(of row: Row) -> Cells {
        let me = UInt32(truncatingIfNeeded: ThreadStripe.current &+ 1)
        if row.heat.bits & Self.writerMask != me, row.stripes.acquire() == 0 { noteWriter(me, of: row) }
        return table.cells(of: row)
    }

    /// In a row's heat: who wrote last, how often that changed within a tick, and the tick.
    private static var writerMask: UInt32 { 0x7F }
    private static let changesShift: UInt32 = 7
    private static let tickShift: UInt32 = 18
    /// So many changes of the writer within a tick of four milliseconds make a row hot.
    private static let changesOfHotRow: UInt32 = 1000

    /// Relaxed: a lost count only delays the decision.
    @inline(never)
    private func noteWriter(_ writer: UInt32, of row: Row) {
        let heat = row.heat.bits
        let tick = UInt32(truncatingIfNeeded: clock.milliseconds / 4) << Self.tickShift
        let isSameTick = heat >> Self.tickShift == tick >> Self.tickShift
        let changes = isSameTick ? (heat >> Self.changesShift & 0x7FF) + 1 : 0
        row.heat.bits = tick | min(changes, 0x7FF) << Self.changesShift | writer
        if changes >= Self.changesOfHotRow { table.stripe(row) }
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
