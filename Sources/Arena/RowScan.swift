import Synchronization

/// A walk through the rows of a table that may pause between two of them.
///
/// It visits every row that was there at its beginning and has not ended, in the order in which their memory was first used. So
/// no text comes twice: a row that is made meanwhile may have the text of one that was visited and has ended. While it pauses, it is in
/// no reclamation domain and delays nothing; only the block where it stands stays the table's. For one thread at a time.
package struct RowScan: Sendable {
    private let table: Table
    private let number: UInt32
    /// The arena offset of the block where it goes on, 0 at the end.
    private var block: Int
    private var position = RowBlock.headerSize
    /// Keeps `block` while it pauses; may be that of an earlier one meanwhile.
    private var hold: BlockHold?

    /// A scan of the rows that `table` has now.
    package init(_ table: Table) {
        self.table = table
        number = table.beginScan()
        // A read of the domain may begin later than this, by when the first block may be another's.
        hold = table.holdFirst()
        block = hold?.block ?? 0
    }

    /// Calls `body` with row after row until it returns false; inside the reclamation domain that the table belongs to.
    ///
    /// What `body` throws ends the scan.
    /// - Returns: whether there may be more rows.
    package mutating func resume<Failure: Error>(
        _ body: (Row) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        while block != 0 {
            let current = unsafe RowBlock(table.base + block)
            let end = current.used
            while position < end {
                let row = unsafe Row(table.base + block + position)
                position += row.byteSize(table.cellCount)
                guard !row.isDead, row.scanEpoch < number else { continue }
                do throws(Failure) {
                    if try !body(row) { return pause() }
                } catch {
                    // Nothing holds this block.
                    block = 0
                    throw error
                }
            }
            step(past: current)
        }
        hold = nil
        return false
    }

    private mutating func step(past current: RowBlock) {
        block = current.next
        position = RowBlock.headerSize
    }

    /// Holds the block where it stands, or the next one that is still the table's; false where there is none.
    private mutating func pause() -> Bool {
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

    /// Holds the first block; nil where there is none.
    fileprivate func holdFirst() -> BlockHold? {
        let first = rows.withLock { blocks in
            let first = firstBlock.offset
            return blocks.hold(first) ? first : 0
        }
        return first == 0 ? nil : BlockHold(first, of: self)
    }
}
