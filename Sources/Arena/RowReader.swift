/// Reads the values of a table's rows: cells with their copies added up.
///
/// It holds no reference, so that a loop over many rows counts none; valid as long as the table.
@safe
@frozen
public struct RowReader: BitwiseCopyable, @unchecked Sendable {
    // Unchecked because of the pointer: it is the arena's, which the table keeps alive, and all in the rows is atomic.
    @usableFromInline let base: UnsafeMutableRawPointer
    @usableFromInline let copyCount: Int
    @usableFromInline let copySize: Int

    fileprivate init(_ table: Table) {
        unsafe base = unsafe table.base
        copyCount = table.copyCount
        copySize = table.copySize
    }

    /// The sum of the whole numbers in a cell and its copies, which wraps past 2^64.
    @inlinable
    @inline(__always)
    public func total(_ row: Row, _ index: Int) -> UInt64 {
        var total = row.cell(index).bits
        forEachCopy(of: row) { total &+= $0.cell(index).bits }
        return total
    }

    /// The sum of the doubles in a cell and its copies.
    @inlinable
    @inline(__always)
    public func doubleTotal(_ row: Row, _ index: Int) -> Double {
        // Read first, so that the copies hold at least what `clear` subtracted here. Added last, so that both cancel exactly.
        let own = row.cell(index).double
        return copiesTotal(row, index) + own
    }

    /// The sum of the doubles in the copies of a cell.
    @inlinable
    @inline(__always)
    func copiesTotal(_ row: Row, _ index: Int) -> Double {
        var total = 0.0
        forEachCopy(of: row) { total += $0.cell(index).double }
        return total
    }

    @inlinable
    @inline(__always)
    func forEachCopy(of row: Row, _ body: (Cells) -> Void) {
        let copies = row.copies.acquire()
        guard copies != 0 else { return }
        for copy in 0..<copyCount {
            body(unsafe Cells(base + Int(copies) * 8 + copy * copySize, isThreadExclusive: false))
        }
    }
}

extension Table {
    /// Reads the values of its rows.
    package var reader: RowReader { RowReader(self) }
}
