/// A row that several threads update at once has copies of its first cells, one per stripe; a value is the sum of all
/// copies.
extension Table {
    /// The cells that the running thread adds to.
    @inlinable
    @inline(__always)
    public func cells(of row: Row) -> Cells {
        let stripes = row.stripes.acquire()
        guard stripes != 0 else { return row.cells }
        return unsafe Cells(base + (Int(stripes) &* 8 &+ (ThreadStripe.current & stripeMask) &* stripeSize))
    }

    /// The copies of the cells of a row that is held, for all threads.
    package func stripedCells(of row: Row) -> StripedCells {
        let stripes = row.stripes.acquire()
        guard stripes != 0 else {
            return unsafe StripedCells(first: row.pointer + Row.Layout.cells, mask: 0, stride: 0)
        }
        return unsafe StripedCells(first: base + Int(stripes) * 8, mask: stripeMask, stride: stripeSize)
    }

    /// Gives the row stripes where it has none and there is memory left for them.
    ///
    /// The row stays with its own cells otherwise, which are right too.
    package func stripe(_ row: Row) {
        guard row.stripes.acquire() == 0, stripedCount > 0 else { return }
        let size = (stripeMask + 1) * stripeSize
        guard arena.takeStripes(size) else { return }
        guard let offset = try? arena.allocate(size) else { return arena.giveBackStripes(size) }
        if row.stripes.replace(0, by: UInt32(offset / 8)) { return }
        arena.release(offset: offset, byteCount: size)
        arena.giveBackStripes(size)
    }

    /// The sum of the whole numbers in a cell and its copies, which wraps past 2^64.
    package func total(_ row: Row, _ index: Int) -> UInt64 {
        var total = row.cell(index).bits
        forEachStripe(of: row) { total &+= $0[index].bits }
        return total
    }

    /// The sum of the doubles in a cell and its copies.
    package func doubleTotal(_ row: Row, _ index: Int) -> Double {
        var total = row.cell(index).double
        forEachStripe(of: row) { total += $0[index].double }
        return total
    }

    /// Sets cells and their copies to zero.
    package func clear(_ row: Row, _ cells: Range<Int>) {
        for index in cells {
            row.cell(index).bits = 0
            if index < stripedCount { forEachStripe(of: row) { $0[index].bits = 0 } }
        }
    }

    private func forEachStripe(of row: Row, _ body: (Cells) -> Void) {
        let stripes = row.stripes.acquire()
        guard stripes != 0 else { return }
        for stripe in 0...stripeMask {
            body(unsafe Cells(base + Int(stripes) * 8 + stripe * stripeSize))
        }
    }

    /// Takes back the stripes of a row that nobody reads any more.
    func releaseStripes(of row: Row) {
        let stripes = row.stripes.acquire()
        guard stripes != 0 else { return }
        let size = (stripeMask + 1) * stripeSize
        arena.release(offset: Int(stripes) * 8, byteCount: size)
        arena.giveBackStripes(size)
        row.stripes.publish(0)
    }
}
