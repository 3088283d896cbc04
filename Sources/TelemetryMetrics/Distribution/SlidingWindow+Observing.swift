import Arena
import Glibc

/// Observing reads the window in place, since calls of its own methods would copy it.
extension ArenaBox<SlidingWindow> {
    private typealias Window = SlidingWindow

    /// Counts a value in a bucket of the thread's own with a line of this slice, the common case; false where there is none.
    @inline(__always)
    func observeAgain(_ value: Double, _ times: UInt64, _ slice: UInt32, _ cells: Cells, first: Int) -> Bool {
        let address = UInt32(truncatingIfNeeded: cells.cell(first &+ Window.directoryCell).acquire())
        guard cells.isThreadExclusive, address != 0, value != 0, times <= Window.mostAtOnce else {
            return false
        }
        let place = self.value.place
        let index = self.value.scale.index(of: value.magnitude)
        let directory = BucketDirectory(Block(address: address, at: place), size: self.value.directorySize)
        let key = BucketDirectory.Key(index: index, isNegative: value < 0)
        guard let block = directory.nearBlock(key, at: place) else { return false }
        let line = Int(slice % UInt32(Window.sliceCount)) &* Window.lineLength
        let counter = line &+ 2 &+ (index & (Window.bucketsPerLine - 1))
        let counted = block.quarter(counter)
        guard block.half(line / 2).acquire() == slice, counted < Window.mostInSmall else { return false }
        block.set(counted &+ UInt16(truncatingIfNeeded: times), toQuarter: counter)
        return true
    }

    /// Counts `value`, which is finite, `times` times in a slice; false where there is no memory.
    ///
    /// A thread with a copy of the cells has buckets of its own, unless the row has shared ones from before it was hot.
    @inline(__always)
    func observe(
        _ value: Double, _ times: UInt64, _ slice: UInt32, _ row: Row, _ cells: Cells, first: Int, rest: Int,
        _ series: SeriesTable, isPrivileged: Bool = false
    ) -> Bool {
        guard value != 0 else {
            countZero(times, row: row, rest: rest, slice: slice)
            return true
        }
        let index = self.value.scale.index(of: value.magnitude)
        let own = cells.cell(first &+ Window.directoryCell)
        let isThreadExclusive = cells.isThreadExclusive && (own.bits != 0 || mayHaveOwn(row, first, series))
        let cell = isThreadExclusive ? own : row.cell(first &+ Window.directoryCell)
        let place = self.value.place
        guard
            let directory = BucketDirectory.of(
                cell, size: self.value.directorySize, at: place, series, isPrivileged: isPrivileged)
        else {
            if isThreadExclusive { series.table.arena.giveBackOwnBlocks() }
            return false
        }
        let key = BucketDirectory.Key(index: index, isNegative: value < 0)
        guard
            let block = directory.block(
                key, byteCount: Window.blockSize, at: place, series, isPrivileged: isPrivileged)
        else {
            // Without memory, the overflow series is a better place, unless this is the one.
            guard isPrivileged || directory.isFull else { return false }
            return observeNearby(
                index, isNegative: value < 0, times, directory, slice, isThreadExclusive: isThreadExclusive,
                series)
        }
        let offset = index & (Window.bucketsPerLine - 1)
        return count(
            times, in: block, offset: offset, slice: slice, isThreadExclusive: isThreadExclusive, series,
            isPrivileged: isPrivileged)
    }

    /// Whether a thread with a copy of the cells may make buckets of its own.
    ///
    /// A row that became hot later keeps its shared buckets: adding per-thread ones would double its memory.
    @inline(__always)
    private func mayHaveOwn(_ row: Row, _ first: Int, _ series: SeriesTable) -> Bool {
        row.cell(first &+ Window.directoryCell).bits == 0 && series.takeOwnBlocks()
    }

    @inline(__always)
    private func count(
        _ times: UInt64, in block: Block, offset: Int, slice: UInt32, isThreadExclusive: Bool,
        _ series: SeriesTable, isPrivileged: Bool = false
    ) -> Bool {
        let line = Int(slice % UInt32(Window.sliceCount))
        let isCurrent = block.half(line &* (Window.lineLength / 2)).acquire() == slice
        // Otherwise this value is missing in the window, not in the totals.
        guard isCurrent || refresh(block, line, slice) else { return true }
        let place = line &* Window.lineLength &+ 2 &+ offset
        let counted = block.quarter(place)
        guard times <= Window.mostAtOnce, counted < Window.mostInSmall else {
            return countWide(
                times, in: block, line &* Window.bucketsPerLine &+ offset, series, isPrivileged: isPrivileged)
        }
        let added = UInt16(truncatingIfNeeded: times)
        if isThreadExclusive {
            block.set(counted &+ added, toQuarter: place)
        } else {
            block.add(added, toQuarter: place)
        }
        return true
    }

    @inline(never)
    private func countWide(
        _ times: UInt64, in block: Block, _ counter: Int, _ series: SeriesTable, isPrivileged: Bool
    ) -> Bool {
        let address: UInt32
        do throws(ArenaError) {
            address = try block.linked(
                byteCount: Window.wideBlockSize, in: series.table.arena, isPrivileged: isPrivileged)
        } catch {
            return false
        }
        let cell = Block(address: address, at: self.value.place).half(counter)
        if times <= Window.mostInWideAtOnce, cell.bits < Window.mostInWide {
            cell.add(UInt32(truncatingIfNeeded: times))
        } else {
            fill(cell, times)
        }
        return true
    }

    /// Adds what fits.
    private func fill(_ cell: HalfCell, _ times: UInt64) {
        let most = UInt64(Window.mostInWide)
        while true {
            let old = cell.bits
            guard old < Window.mostInWide else { return }
            let new = UInt32(min(UInt64(old) + min(times, most), most))
            if cell.replace(old, by: new) { return }
        }
    }

    /// Zeros have one cell per slice: its number over the count, which stays at the most that it can hold.
    @inline(never)
    private func countZero(_ times: UInt64, row: Row, rest: Int, slice: UInt32) {
        let cell = row.cell(rest + Int(slice % UInt32(Window.sliceCount)))
        let most = UInt64(UInt32.max)
        while true {
            let old = cell.bits
            guard !Window.isLate(slice, for: UInt32(old >> 32)) else { return }
            let count = old >> 32 == slice ? old & most : 0
            let new = min(count + min(times, most), most)
            if cell.replace(old, by: UInt64(slice) << 32 | new) { return }
        }
    }

    /// Makes the line that of `slice`; false where it is a later slice's, or where another thread takes long to clear it.
    @inline(never)
    private func refresh(_ block: Block, _ line: Int, _ slice: UInt32) -> Bool {
        let start = line * Window.lineLength
        let tag = block.half(start / 2)
        for look in 0..<1000 {
            // The thread that clears it may be waiting for this processor.
            if look >= 50 { sched_yield() }
            let found = tag.acquire()
            if found == slice { return true }
            guard !Window.isLate(slice, for: found) else { return false }
            guard found != Window.clearing, tag.replace(found, by: Window.clearing) else { continue }
            // Two counters at a time.
            for index in 0..<Window.bucketsPerLine / 2 { block.half(start / 2 + 1 + index).bits = 0 }
            let wide = block.link.acquire()
            if wide != 0 {
                let block = Block(address: wide, at: self.value.place)
                for index in 0..<Window.bucketsPerLine {
                    block.half(line * Window.bucketsPerLine + index).bits = 0
                }
            }
            tag.publish(slice)
            return true
        }
        return false
    }

    /// Counts in the nearest bucket there is, where the directory is full of values over more than 32 powers of two.
    ///
    /// Quantiles become coarser; count and sum lose nothing.
    @inline(never)
    private func observeNearby(
        _ index: Int, isNegative: Bool, _ times: UInt64, _ directory: BucketDirectory, _ slice: UInt32,
        isThreadExclusive: Bool, _ series: SeriesTable
    ) -> Bool {
        var nearest: (distance: Int, block: Block, offset: Int)?
        directory.forEach(at: self.value.place) { key, block in
            let offset = min(max(index - key.firstIndex, 0), Window.bucketsPerLine - 1)
            let isSameSign = key.isNegative == isNegative
            // Values of the other sign are behind all of this one, the smallest of them first.
            let distance = isSameSign ? abs(key.firstIndex - index) : (1 << 40) + key.firstIndex
            if nearest.map({ distance < $0.distance }) ?? true {
                nearest = (distance, block, isSameSign ? offset : 0)
            }
        }
        guard let nearest else { return false }
        return count(
            times, in: nearest.block, offset: nearest.offset, slice: slice,
            isThreadExclusive: isThreadExclusive, series)
    }
}
