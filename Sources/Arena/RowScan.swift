import Synchronization

/// A walk through the rows of a table that may pause between two of them.
///
/// It visits every row that was there at its beginning and has not ended, in the order in which their memory was first used. So
/// no text comes twice: a row that is made meanwhile may have the text of one that was visited and has ended. While it pauses, it is in
/// no reclamation domain and delays nothing; only the block where it stands stays the table's. For one thread at a time.
///
/// It holds no reference to the table, which is given at each step: a page of many tables would count two for each.
package struct RowScan: Sendable {
    @usableFromInline let number: UInt32
    /// The arena offset of the block where it goes on, 0 at the end, and `unknown` before the first row.
    @usableFromInline var block = Self.unknown
    @usableFromInline var position = RowBlock.headerSize
    /// Keeps `block` while it pauses; may be that of an earlier one meanwhile.
    private var hold: BlockHold?

    @usableFromInline static var unknown: Int { -1 }

    /// A scan of the rows that `table` has now.
    package init(_ table: Table) {
        number = table.beginScan()
    }

    /// Calls `body` with row after row until it returns false; inside the reclamation domain that the table belongs to.
    ///
    /// `table` is the one of the beginning. What `body` throws ends the scan.
    /// - Returns: whether there may be more rows.
    @inlinable
    @inline(__always)
    package mutating func resume<Failure: Error>(
        in table: Table, _ body: (Row) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        // Here, inside of the domain: before, the first block may become another's.
        if block == Self.unknown { block = table.firstOffset }
        let cellCount = table.cellCount
        while block != 0 {
            let current = unsafe RowBlock(table.base + block)
            let start = unsafe table.base + block
            let end = current.used
            while position < end {
                let row = unsafe Row(start + position)
                position += row.byteSize(cellCount)
                guard !row.isDead, row.scanEpoch < number else { continue }
                do throws(Failure) {
                    if try !body(row) { return pause(in: table) }
                } catch {
                    // Nothing holds this block.
                    block = 0
                    throw error
                }
            }
            step(past: current)
        }
        letGo()
        return false
    }

    @usableFromInline mutating func letGo() { if hold != nil { hold = nil } }

    @usableFromInline mutating func step(past current: RowBlock) {
        block = current.next
        position = RowBlock.headerSize
    }

    /// Holds the block where it stands, or the next one that is still the table's; false where there is none.
    @usableFromInline mutating func pause(in table: Table) -> Bool {
        while block != 0 {
            if hold?.block == block { return true }
            hold = table.hold(block)
            if hold != nil { return true }
            // It has no rows, and leads on for as long as the domain is not left.
            step(past: unsafe RowBlock(table.base + block))
        }
        return false
    }
}

/// Keeps a block in its table's list, with its memory, until the last reference is gone.
final class BlockHold: Sendable {
    let block: Int
    private let table: Table

    fileprivate init(_ block: Int, of table: Table) {
        self.block = block
        self.table = table
    }

    deinit {
        table.rows.withLock { $0.letGo(block) }
    }
}

extension Table {
    /// Holds the block at `offset`; nil where it has left the table.
    fileprivate func hold(_ offset: Int) -> BlockHold? {
        rows.withLock { $0.hold(offset) } ? BlockHold(offset, of: self) : nil
    }

    /// The arena offset of the first block, 0 for none.
    @usableFromInline var firstOffset: Int { firstBlock.offset }
}
