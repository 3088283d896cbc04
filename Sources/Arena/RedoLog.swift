import Synchronization

/// What one thread is about to write to cells, so that a successor completes what the end of the process interrupts: a write-ahead
/// log of one entry.
///
/// The thread works through an input of several steps, each with a number that is greater than that of the one before. For each it
/// plans the new numbers of the cells, arms the plan, writes the cells, and marks the step as done. A successor that finds a plan of a
/// step that is not marked writes the cells again: numbers that are stored, not added, so that it does no harm where they stood
/// there already. That is right as long as no other thread writes these cells; see `Row.owner`.
///
/// For one thread at a time. It lies in the words of a record; valid as long as that.
@safe
package struct RedoLog: Sendable {
    /// Which word of the record is what.
    enum Word {
        /// The last step that is done.
        static let mark = 0
        /// The step that the plan is for.
        static let armed = 1
        /// Where the row of the plan is: without it the plan is void.
        static let row = 2
        /// How many entries the plan has.
        static let count = 3
        static let entries = 4
        /// Of an entry: where its cell is, with its flags; the new number; what is added, for cells of several threads.
        static let perEntry = 3
    }

    /// Cells that one step can write.
    package static let capacity = 128
    /// The word of a record that says which step of its log is the last one that is done.
    package static let doneWord = Word.mark
    /// Words of a record that a log lies in.
    package static let wordCount = Word.entries + capacity * Word.perEntry

    // The record's first word, which lives as long as the record.
    private nonisolated(unsafe) let words: UnsafeMutablePointer<Atomic<UInt64>>
    // That of the arena.
    private nonisolated(unsafe) let base: UnsafeMutableRawPointer

    /// The log in the first words of `record`.
    package init(_ record: Record, in arena: Arena) {
        unsafe words = record.word(0).pointer
        unsafe base = arena.base
    }

    @inline(__always)
    private func word(_ index: Int) -> Cell { unsafe Cell(words + index) }

    /// The last step that is done.
    package var mark: UInt64 { word(Word.mark).bits }

    /// Says that `step` is done.
    @inline(__always)
    package func mark(_ step: UInt64) { word(Word.mark).publish(step) }

    /// Says that no step is done, as the next input's steps begin from 0 again.
    package func reset() {
        // First, as a plan of a step beyond the mark is one that was not carried out.
        word(Word.armed).publish(0)
        word(Word.mark).publish(0)
    }

    /// Begins a plan.
    @inline(__always)
    package func begin() { word(Word.count).publish(0) }

    /// How an entry's cell is written; in the low bits of its offset, which is a multiple of eight.
    fileprivate enum Flag {
        static let exclusive: UInt64 = 1
        static let double: UInt64 = 2
    }

    /// Plans to write `new` to a cell; where it is none of this thread alone, to add `delta` to it.
    @inline(__always)
    fileprivate func plan(_ cell: Cell, _ new: UInt64, delta: UInt64, flags: UInt64) {
        let count = Int(truncatingIfNeeded: word(Word.count).bits)
        guard count < Self.capacity else { return addPastCapacity(cell, delta, flags) }
        let entry = Word.entries &+ count &* Word.perEntry
        let offset = unsafe UInt64(bitPattern: Int64(UnsafeMutableRawPointer(cell.pointer) - base))
        // Published, each one: not before what the last step wrote.
        word(entry).publish(offset | flags)
        word(entry &+ 1).publish(new)
        word(entry &+ 2).publish(delta)
        word(Word.count).bits = UInt64(truncatingIfNeeded: count &+ 1)
    }

    /// Without a plan, as no input of a wire has so many values.
    @inline(never)
    private func addPastCapacity(_ cell: Cell, _ delta: UInt64, _ flags: UInt64) {
        if flags & Flag.double != 0 {
            _ = cell.add(Double(bitPattern: delta))
        } else {
            cell.add(delta)
        }
    }

    /// Carries out the plan, which is that of `step` and about `row`.
    @inline(__always)
    package func apply(_ step: UInt64, to row: Row) {
        let count = Int(truncatingIfNeeded: word(Word.count).bits)
        guard count > 0 else { return }
        word(Word.row).bits = unsafe UInt64(bitPattern: Int64(row.pointer - base))
        word(Word.armed).publish(step)
        for number in 0..<count { write(Word.entries &+ number &* Word.perEntry) }
    }

    @inline(__always)
    private func write(_ entry: Int) {
        let place = word(entry).bits
        let cell = unsafe Cell(
            (base + Int(truncatingIfNeeded: place & ~7)).assumingMemoryBound(to: Atomic<UInt64>.self))
        if place & Flag.exclusive != 0 {
            cell.publish(word(entry &+ 1).bits)
        } else {
            writeShared(cell, place, entry)
        }
    }

    /// Adds to a cell that other threads may write, and has the plan know the number that it got.
    @inline(never)
    private func writeShared(_ cell: Cell, _ place: UInt64, _ entry: Int) {
        let delta = word(entry + 2).bits
        while true {
            let old = cell.bits
            var new = old &+ delta
            if place & Flag.double != 0 {
                let sum = Double(bitPattern: old) + Double(bitPattern: delta)
                // Another thread has made it too large meanwhile.
                guard sum.isFinite || !Double(bitPattern: old).isFinite else { return }
                new = sum.bitPattern
            }
            word(entry + 1).publish(new)
            if cell.replace(old, by: new) { return }
        }
    }
}

/// Cells of a row or a block, additions to which a log plans.
@safe
package struct PlannedCells: CellAdding {
    package let direct: Cells
    private let log: RedoLog

    /// Has `log` plan what is added to `cells`.
    @inline(__always)
    package init(_ cells: Cells, _ log: RedoLog) {
        direct = cells
        self.log = log
    }

    @inline(__always)
    package var isThreadExclusive: Bool { direct.isThreadExclusive }

    package var isPlanned: Bool { true }

    private var exclusive: UInt64 { direct.isThreadExclusive ? RedoLog.Flag.exclusive : 0 }

    @inline(__always)
    package func cells(of block: Block, isThreadExclusive: Bool) -> PlannedCells {
        PlannedCells(block.cells(isThreadExclusive: isThreadExclusive), log)
    }

    @inline(__always)
    package func add(_ value: UInt64, at index: Int) { _ = exchangeAdd(value, at: index) }

    @inline(__always)
    package func exchangeAdd(_ value: UInt64, at index: Int) -> UInt64 {
        let cell = direct.cell(index)
        let old = cell.bits
        log.plan(cell, old &+ value, delta: value, flags: exclusive)
        return old
    }

    @inline(__always)
    package func add(_ value: Double, at index: Int, of row: Row) -> Bool {
        if addDirectly(value, at: index) { return true }
        // As in `Cells`: the cell of the row itself decides.
        guard isThreadExclusive else { return false }
        return PlannedCells(row.cells, log).addDirectly(value, at: index)
    }

    @inline(__always)
    package func addDirectly(_ value: Double, at index: Int) -> Bool {
        guard let sum = direct.sum(adding: value, at: index) else { return false }
        plan(sum, value, at: index)
        return true
    }

    @inline(__always)
    package func set(_ sum: Double, at index: Int) { plan(sum, 0, at: index) }

    @inline(__always)
    private func plan(_ sum: Double, _ value: Double, at index: Int) {
        log.plan(
            direct.cell(index), sum.bitPattern, delta: value.bitPattern,
            flags: exclusive | RedoLog.Flag.double)
    }

    /// Plans to move the number in a cell that all threads write; false where it would not be finite.
    package func move(by value: Double, _ cell: Cell) -> Bool {
        let sum = cell.double + value
        guard sum.isFinite || !cell.double.isFinite else { return false }
        log.plan(cell, sum.bitPattern, delta: value.bitPattern, flags: RedoLog.Flag.double)
        return true
    }
}
