import Synchronization

/// Rows end where nobody updates them, and their memory is used again once no reader is left.
extension Table {
    /// Removes the rows that were not updated for `lifetime` milliseconds, and returns how many those were.
    ///
    /// To be called regularly: a row is idle from the first sweep that finds no update since the one before. Pinned rows stay.
    /// Memory of whole blocks without rows goes back to the arena, after a grace period.
    @discardableResult
    package func sweep(now: UInt64, lifetime: UInt64) -> Int {
        var ended: [Row] = []
        forEach { row in
            guard row.sweep(now: now, lifetime: lifetime) else { return }
            // At once: an updater that finds the dead row retries until it is out of the index.
            takeOut(row)
            ended.append(row)
        }
        // Together, since each retirement may cost a system call.
        if ended.isEmpty { trim() } else { recycle(ended) { $0.trim() } }
        return ended.count
    }

    /// Removes the row; false where it had ended, or where somebody holds a pin on it.
    @discardableResult
    package func remove(_ row: Row) -> Bool {
        guard end(row) else { return false }
        recycle([row])
        return true
    }

    /// Ends the row, which can't be found any more then, without a retirement; `recycle` is due for it, in a call for many.
    ///
    /// False where it had ended, or where somebody holds a pin on it. With a `lifetime`, it ends only where it was not updated for so
    /// many milliseconds before `now`.
    package func end(_ row: Row, now: UInt64 = 0, lifetime: UInt64? = nil) -> Bool {
        guard lifetime.map({ row.sweep(now: now, lifetime: $0) }) ?? row.end() else { return false }
        takeOut(row)
        return true
    }

    /// Has the table never have a row again, where it has none; false where it has one.
    ///
    /// An update that races with this is not lost: a row that it found had ended, which `touch` tells, and a new one it does not get.
    package func close() -> Bool {
        rows.withLock { blocks in
            guard blocks.rowCount == 0 else { return false }
            blocks.isClosed = true
            return true
        }
    }

    /// Whether the table was closed.
    package var isClosed: Bool { rows.withLock { $0.isClosed } }

    /// Takes a row that has just ended out of the index.
    private func takeOut(_ row: Row) {
        rows.withLock { blocks in
            unsafe RowIndex(index.load(ordering: .relaxed))
                .remove(hash: row.hash(cellCount), offset: row.pointer - base)
            blocks.rowCount -= 1
            blocks.weight -= Self.weight(ofText: row.textLength(cellCount))
        }
    }

    /// Recycles the memory of rows that are out of the index, after a grace period.
    package func recycle(_ ended: [Row], then finish: @escaping @Sendable (Table) -> Void = { _ in }) {
        retire { [weak self] in
            guard let self else { return }
            for row in ended { releaseBlocks(of: row) }
            rows.withLock { blocks in
                for row in ended { blocks.recycle(row, cellCount: cellCount, arena: arena) }
            }
            finish(self)
        }
    }

    /// Gives blocks without rows back, and replaces an index that is far too large; a sweep does so too.
    package func trim() {
        let (empty, outgrown) = unsafe rows.withLock { blocks in
            let empty = blocks.takeEmpty(cellCount: cellCount, arena: arena, first: firstBlock)
            let slots = unsafe RowIndex(index.load(ordering: .relaxed)).mask + 1
            let isSparse = unsafe RowIndex.isSparse(rowCount: blocks.rowCount, in: slots)
            return unsafe (empty, isSparse ? replaceIndex(&blocks) : nil)
        }
        if let outgrown = unsafe outgrown { unsafe retireIndex(outgrown) }
        guard !empty.isEmpty else { return }
        // Scans that are in them go on. The table may be gone by then.
        retire { [arena] in
            for block in empty { arena.release(offset: block.offset, byteCount: block.size) }
        }
    }

    /// Frees what a row without readers has beside its cells.
    func releaseBlocks(of row: Row) {
        for index in blockCells {
            releaseBlocks(behind: row.cell(index))
            guard index < copiedCount else { continue }
            forEachCopy(of: row) { copy in
                if releaseBlocks(behind: copy.cell(index)) { arena.giveBackCopies(Arena.ownBlocksSize) }
            }
        }
        releaseCopies(of: row)
    }

    /// False where there are none.
    @discardableResult
    private func releaseBlocks(behind cell: Cell) -> Bool {
        let address = UInt32(truncatingIfNeeded: cell.acquire())
        Block.release(address, to: arena)
        cell.bits = 0
        return address != 0
    }
}
