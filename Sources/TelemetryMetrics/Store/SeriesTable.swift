package import Arena
import Bytes
import Synchronization
package import Telemetry
import Threads

/// The series of all metrics that share their labels: one row per label set, with the cells of each metric.
///
/// Thread-safe. Rows are looked up and used inside `ReclamationDomain.shared`, which every emit is in.
package final class SeriesTable: Sendable {
    /// The label text of the series that takes what comes past the limit.
    package static let overflowText = Array(#"\#(LabelNames.overflow)="true""#.utf8)

    /// Where the rows are.
    package let table: Table
    /// The time for creation and expiry.
    package let clock: CoarseClock
    /// What stands before each label's value in the text of a series, and behind the last one; empty for no labels, and
    /// where every series brings its own.
    let labelStarts: [LabelStart]
    /// The names of the labels; none where every series brings its own.
    let labels: [String]
    /// Of `ReclamationDomain.shared`.
    package let readers = ReclamationDomain.shared.readers
    private let limit = Atomic<Int>(0)
    /// In milliseconds; 0 for never.
    private let expiry = Atomic<UInt64>(0)
    let overflows = Atomic<UInt64>(0)
    private let restructuring = Mutex<Void>(())
    /// What series and names of the store take together.
    let budget: StoreBudget
    /// Whether its series are beyond the limits of the store: the exporter's own.
    let isInternal: Bool
    /// Which names its labels may have.
    let names: NameValidation
    let shown = Mutex(Shown())

    init(
        arena: Arena, budget: StoreBudget, isInternal: Bool, labels: [String], names: NameValidation,
        cellCount: Int, copied: Int,
        blockCells: [Int], limit: Int, expiry: Duration?, record: Record, clock: CoarseClock
    ) {
        self.labels = labels
        self.budget = budget
        self.isInternal = isInternal
        self.names = names
        labelStarts = LabelStart.all(of: labels)
        table = Table(
            arena: arena, cellCount: cellCount, copied: copied, blockCells: blockCells,
            starts: labelStarts.dropLast().map(\.length), record: record
        ) {
            ReclamationDomain.shared.retire($0)
        }
        self.clock = clock
        change(limit: limit, expiry: expiry)
    }

    /// Sets other limits; series beyond the new ones stay until they expire.
    func change(limit: Int, expiry: Duration?) {
        self.limit.store(limit, ordering: .relaxed)
        self.expiry.store(expiry.map { max($0.wholeMilliseconds, 1) } ?? 0, ordering: .relaxed)
    }

    /// How long a series lives without an update, in milliseconds; nil for ever.
    package var lifetime: UInt64? {
        let expiry = expiry.load(ordering: .relaxed)
        return expiry > 0 ? expiry : nil
    }

    /// Whether the table has no series and never will: what is to be recorded goes elsewhere.
    package var isClosed: Bool { table.isClosed }

    /// Updates that fell into the overflow series.
    package var overflowed: UInt64 { overflows.load(ordering: .relaxed) }

    /// Runs `body` while nobody else reads, resets or makes coarser a native histogram of the table.
    func exclusively<Result: Sendable>(_ body: () -> Result) -> Result {
        restructuring.withLock { _ in body() }
    }

    /// Makes a native histogram small enough again.
    func limit(_ histogram: NativeHistogram, _ row: Row, first: Int, rest: Int) {
        exclusively { histogram.limit(row, first: first, rest: rest, self) }
    }

    /// The row of the label text, made where there is none, or the overflow row; nil where there is no memory.
    ///
    /// For a table without labels of its own.
    func row(for text: borrowing RawSpan) -> Row? {
        if let row = table.find(text) { return row }
        return insert(text, hash: table.hash(of: text))
    }

    /// The row of the labels' values, made where there is none, or the overflow row; nil where there is no memory.
    @inline(__always)
    func row(of values: borrowing RawSpan) -> Row? {
        if let row = table.find(values: values) { return row }
        return makeRow(of: values)
    }

    @inline(never)
    private func makeRow(of values: borrowing RawSpan) -> Row? {
        // Of values that were longer each time they were written there are none: they are taken for empty.
        guard values.byteCount > 0 || labelStarts.isEmpty else {
            return LabelWriter.withValues(
                { writer in for _ in 1..<labelStarts.count { writer.appendValue { _ in } } }, { row(of: $0) })
        }
        let hash = table.hash(ofValues: values)
        return withText(of: values) { text in
            table.find(text, hash: hash) ?? insert(text, hash: hash)
        }
    }

    /// The row of the labels' values, if there is one.
    func find(_ values: borrowing RawSpan) -> Row? {
        if let row = table.find(values: values) { return row }
        let hash = table.hash(ofValues: values)
        return withText(of: values) { table.find($0, hash: hash) }
    }

    private func withText<Result>(of values: borrowing RawSpan, _ body: (borrowing RawSpan) -> Result)
        -> Result
    {
        LabelWriter.withText(
            { writer in
                var label = 0
                LabelValues.forEach(in: values) { value in
                    labelStarts[label].write(to: &writer)
                    writer.append(value)
                    label += 1
                }
                labelStarts.last?.write(to: &writer)
            }, body)
    }

    private func insert(_ text: borrowing RawSpan, hash: UInt64) -> Row? {
        do throws(ArenaError) {
            if let row = try insertWithinLimits(text, hash: hash) { return row }
        } catch .recordTooLong, .closed {
            return nil
        } catch {
            budget.refuse(by: .memory)
        }
        overflows.wrappingAdd(1, ordering: .relaxed)
        return overflowRow()
    }

    /// The row of a label set that is new; nil past the limit of the table or of the store.
    private func insertWithinLimits(_ text: borrowing RawSpan, hash: UInt64) throws(ArenaError) -> Row? {
        guard let taken = takeRoom(weight: Table.weight(ofText: text.byteCount)) else { return nil }
        defer { settle(reserved: taken) }
        return try table.insert(
            text, hash: hash, now: clock.moment, limit: limit.load(ordering: .relaxed),
            isPrivileged: isInternal)
    }

    /// The row that takes what has no row of its own; nil where there is no memory at all.
    func overflowRow() -> Row? {
        defer { settle() }
        return unsafe try? table.insert(
            Self.overflowText.span.bytes, now: clock.moment, isPrivileged: true)
    }

    /// Updates the series of the labels' values; see `update(_:text:_:)`.
    @inline(__always)
    func update(values: borrowing RawSpan, _ record: (Row) -> UInt64) -> Bool {
        while let row = row(of: values) {
            if mark(row, with: record(row)) { return true }
        }
        return false
    }

    /// Records into `row`, or where it is nil into the series of the label text that `write` writes; sets `row` to its row.
    ///
    /// `record` returns the bits of the metrics that have a value then. An update may race with expiry. So the row's state is
    /// checked after `record`; if the row ended meanwhile, `record` is called again with the row that follows it. No update is
    /// lost, and none counts twice: only what the last call of `record` returned counts. For callers inside the reclamation
    /// domain.
    /// - Returns: false where there is no memory for the series; then nothing was recorded.
    @inline(__always)
    func update(
        _ row: inout Row?, text write: (inout LabelWriter) -> Void, _ record: (Row) -> UInt64
    ) -> Bool {
        if let row { noteIfOverflow(row) }
        while let found = row ?? LabelWriter.withText(write, { self.row(for: $0) }) {
            if mark(found, with: record(found)) {
                row = found
                return true
            }
            row = nil
        }
        return false
    }

    /// Shows the metrics of `bits` in the row; false where the row ended before.
    @inline(__always)
    func mark(_ row: Row, with bits: UInt64) -> Bool {
        row.present.set(bits)
        return row.touch()
    }

    /// Whether the row takes what comes past the limit.
    func isOverflow(_ row: Row) -> Bool {
        row.withText(cellCount: table.cellCount) { text in
            guard text.byteCount == Self.overflowText.count else { return false }
            for (offset, byte) in Self.overflowText.enumerated() where text[byte: offset] != byte {
                return false
            }
            return true
        }
    }

    /// Counts one more update of a row that was found before, where that is the overflow row.
    private func noteIfOverflow(_ row: Row) {
        if isOverflow(row) { overflows.wrappingAdd(1, ordering: .relaxed) }
    }

    /// A row that stays until it is unpinned, whether it is updated or not; `find` gives one that may end.
    package func pinned(_ find: () -> Row?) -> Row? {
        while true {
            // The pin too: outside, a row that ended before might be another's already.
            let (found, isPinned) = ReclamationDomain.shared.read {
                let found = find()
                return (found, found?.pin() ?? true)
            }
            if isPinned {
                if let found { makeCopies(of: found) }
                return found
            }
            // It ended before the pin; the index has it no more, or will in a moment.
        }
    }

    /// The cells of a row that the running thread adds to.
    ///
    /// A row that is updated again and again gets copies; see docs/decisions/0004-hot-and-cold-series.md.
    @inline(__always)
    package func cells(of row: Row) -> Cells {
        if Table.isSample(every: Self.samplePeriod) { noteSample(of: row) }
        return table.cells(of: row)
    }

    /// The same, where all threads that add to the row ask for its cells in this way: none but the running one adds to these.
    ///
    /// The row's own cells belong to the thread that asks first; a further one has the row get copies. Where there is no memory for
    /// these, or the thread has no number that goes with one, the cells are nobody's own, and additions to them are atomic.
    @inline(__always)
    package func ownedCells(of row: Row) -> Cells {
        let cells = cells(of: row)
        if cells.isThreadExclusive || row.heat.bits >> Heat.ownerShift == ThreadNumber.current &+ 1 {
            return cells
        }
        return claim(row)
    }

    @inline(never)
    private func claim(_ row: Row) -> Cells {
        let number = ThreadNumber.current &+ 1
        guard 1...Heat.highestOwner ~= number else { return row.cells }
        while row.heat.bits >> Heat.ownerShift != number {
            let heat = row.heat.bits
            guard heat >> Heat.ownerShift == 0 else {
                makeCopies(of: row)
                return table.cells(of: row)
            }
            if row.heat.replace(heat, by: heat | number << Heat.ownerShift) { break }
        }
        return row.cells
    }

    /// Each thread samples one in so many of its updates: a prime, so that no repeating pattern escapes.
    private static var samplePeriod: UInt32 { 251 }
    /// A row that was sampled so often within a tick of four milliseconds is hot: half a million updates a second.
    private static let samplesOfHotRow: UInt32 = 8

    /// How a row's heat is made up: the thread that owns its cells, by its number and one, the tick of the last sample, and how many
    /// samples fell into it.
    private enum Heat {
        static var ownerShift: UInt32 { 20 }
        static let highestOwner: UInt32 = 0xFFF
        static let tickShift: UInt32 = 8
        /// After 16 seconds the ticks begin anew: too seldom to make a cold row hot.
        static let tickMask: UInt32 = 0xFFF
        static let samplesMask: UInt32 = 0xFF
    }

    /// Counts in the row's heat how often it was sampled.
    ///
    /// Relaxed: a lost count only delays the decision, and a lost owner is found again.
    @inline(never)
    private func noteSample(of row: Row) {
        guard row.copies.acquire() == 0 else { return }
        let heat = row.heat.bits
        let tick = UInt32(truncatingIfNeeded: clock.milliseconds / 4) & Heat.tickMask
        let isSameTick = heat >> Heat.tickShift & Heat.tickMask == tick
        let samples = (isSameTick ? heat & Heat.samplesMask : 0) + 1
        let owner = (heat >> Heat.ownerShift) << Heat.ownerShift
        row.heat.bits = owner | tick << Heat.tickShift | min(samples, Heat.samplesMask)
        if samples >= Self.samplesOfHotRow { makeCopies(of: row) }
    }

    private func makeCopies(of row: Row) {
        if budget.hasMemory { table.makeCopies(of: row) }
    }

    /// Reserves room for the blocks of one thread in a row; false where there is no memory to spare.
    func takeOwnBlocks() -> Bool { budget.hasMemory && table.arena.takeOwnBlocks() }

    /// Removes what is past its expiry; returns how many series that were.
    @discardableResult
    package func sweep() -> Int {
        let expiry = expiry.load(ordering: .relaxed)
        guard expiry > 0 else {
            table.trim()
            return 0
        }
        let count = ReclamationDomain.shared.read { table.sweep(now: clock.milliseconds, lifetime: expiry) }
        if count > 0 { settle() }
        noteSweep()
        return count
    }
}
