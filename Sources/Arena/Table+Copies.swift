public import Threads

/// A hot row has copies of its first cells, one for each thread with a low number.
///
/// Only its thread writes a copy. A value is the sum of the row's own cell and all copies.
extension Table {
    /// The cells that the running thread adds to.
    @inlinable
    @inline(__always)
    public func cells(of row: Row) -> Cells {
        let copies = row.copies.acquire()
        guard copies != 0 else { return row.cells }
        let place = Int(ThreadNumber.current)
        guard place < copyCount else { return row.cells }
        return unsafe Cells(base + (Int(copies) &* 8 &+ place &* copySize), isThreadExclusive: true)
    }

    /// Whether this update of the running thread is sampled, to find out which rows are hot.
    @inlinable
    @inline(__always)
    public static func isSample(every period: UInt32) -> Bool { ThreadNumber.isTurn(every: period) }

    /// The cells of a row that is held and their copies, for all threads.
    package func threadCells(of row: Row) -> ThreadCells {
        let shared = unsafe row.pointer + Row.Layout.cells
        let copies = row.copies.acquire()
        guard copies != 0 else {
            return unsafe ThreadCells(shared: shared, first: shared, count: 0, stride: 0)
        }
        return unsafe ThreadCells(
            shared: shared, first: base + Int(copies) * 8, count: copyCount, stride: copySize)
    }

    /// Gives the row copies where it has none and there is memory left for them.
    ///
    /// The row stays with its own cells otherwise, which are right too.
    package func makeCopies(of row: Row) {
        guard row.copies.acquire() == 0, copiedCount > 0 else { return }
        let size = copyCount * copySize
        guard arena.takeCopies(size) else { return }
        guard let offset = try? arena.allocate(size) else { return arena.giveBackCopies(size) }
        if row.copies.replace(0, by: UInt32(offset / 8)) { return }
        arena.release(offset: offset, byteCount: size)
        arena.giveBackCopies(size)
    }

    /// The sum of the whole numbers in a cell and its copies, which wraps past 2^64.
    package func total(_ row: Row, _ index: Int) -> UInt64 { reader.total(row, index) }

    /// The sum of the doubles in a cell and its copies.
    package func doubleTotal(_ row: Row, _ index: Int) -> Double { reader.doubleTotal(row, index) }

    /// Resets totals of whole numbers to zero.
    ///
    /// Only its thread writes a copy, so the sum of the copies is subtracted in the row's own cell. An addition at the same
    /// time is kept or lost as a whole.
    package func clear(_ row: Row, counts: Range<Int>) {
        for index in counts {
            var copies: UInt64 = 0
            if index < copiedCount { forEachCopy(of: row) { copies &+= $0.cell(index).bits } }
            row.cell(index).bits = 0 &- copies
        }
    }

    /// As `clear(_:counts:)`, of a cell with a double.
    package func clear(_ row: Row, sum index: Int) {
        row.cell(index).double = 0 - reader.copiesTotal(row, index)
    }

    /// Calls `body` with the row's own cells, then with each thread's copy.
    package func forEachCells(of row: Row, _ body: (Cells) -> Void) {
        body(row.cells)
        forEachCopy(of: row, body)
    }

    func forEachCopy(of row: Row, _ body: (Cells) -> Void) {
        reader.forEachCopy(of: row, body)
    }

    /// Frees the copies of a row that has no reader any more.
    func releaseCopies(of row: Row) {
        let copies = row.copies.acquire()
        guard copies != 0 else { return }
        let size = copyCount * copySize
        arena.release(offset: Int(copies) * 8, byteCount: size)
        arena.giveBackCopies(size)
        row.copies.publish(0)
    }
}
