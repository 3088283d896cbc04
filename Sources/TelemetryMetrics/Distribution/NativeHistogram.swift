import Arena
import Glibc

/// A histogram of exponential buckets without a fixed range, at a limited number of buckets.
///
/// Counts never move. A list leads to the directories of all resolutions that were used; one of them is current. A late
/// thread may still count in an older one, and is right. A thread with a copy of the row's cells has a list of its own, so
/// that counting needs no locked instruction.
///
/// A reader adds up the lists that have a current directory, at the coarsest of their resolutions and the row's. A reset
/// clears the current directory of each list. Only coarsening at the limit takes a lock. Thread-safe.
struct NativeHistogram: Sendable, BitwiseCopyable {
    /// Cells with a copy per thread: the sum, the count of zeros, and the two cells of a list.
    ///
    /// The list's cells hold its newest directory, and the current one or 0 with its coarsening in the upper half.
    static let copiedCellCount = 4
    static let newestCell = 2
    static let currentCell = 3
    /// Further cells: the state, the widened zero threshold or 0, and when the histogram was reset, in milliseconds or 0.
    static let cellCount = 3
    static let blockSize = BucketDirectory.bucketsPerBlock * 8
    static let coarsest = -4

    let buckets: NativeBuckets
    /// How many counts by boundaries stand behind its copied cells, which begin anew with it.
    let classicCount: Int
    let scale: ExponentialScale
    let place: ArenaPlace

    init(_ buckets: NativeBuckets, classicCount: Int, arena: Arena) throws(ArenaError) {
        self.buckets = buckets
        self.classicCount = classicCount
        place = arena.place
        scale = try ExponentialScale(schema: buckets.schema, arena: arena)
    }

    func release(to arena: Arena) { scale.release(to: arena) }

    /// What became of a value.
    enum Outcome {
        /// It is counted; the bucket held `before` values.
        case counted(before: UInt64)
        /// As `counted`, and now there are too many buckets.
        case beyondLimit
        case noMemory
        /// The sum did not take it; nothing is counted.
        case refused
    }

    /// The resolution of a row, which its directories follow when they get new buckets, and how many buckets there are.
    struct State {
        private let cell: Cell
        private static let bucketBits: UInt64 = 1 << 56 - 1

        @inline(__always)
        init(_ row: Row, _ rest: Int) { cell = row.cell(rest) }

        /// How much coarser the buckets are than those of the schema.
        var coarsening: Int { Int(truncatingIfNeeded: cell.bits >> 56) }

        /// Approximate number of buckets in use.
        ///
        /// Each thread counts the buckets it opens, so shared buckets count more than once; the next limit check corrects it.
        var bucketCount: Int { Int(truncatingIfNeeded: cell.bits & Self.bucketBits) }

        /// Counts a bucket that holds something now; how many there were before.
        func addBucket() -> Int { Int(truncatingIfNeeded: cell.exchangeAdd(1) & Self.bucketBits) }

        /// Corrects what was `counted` to what there is, and keeps what was added meanwhile.
        func correct(counted: Int, to actual: Int) {
            cell.add(UInt64(bitPattern: Int64(actual - counted)))
        }

        /// Makes the resolution coarser, where it is finer.
        func coarsen(to coarsening: Int) {
            while true {
                let old = cell.bits
                guard old >> 56 < coarsening else { return }
                if cell.replace(old, by: UInt64(coarsening) << 56 | old & Self.bucketBits) { return }
            }
        }

        func clear() { cell.bits = 0 }
    }

    /// Makes the directory of a resolution current in a list where `old` still is; nil without memory.
    @inline(never)
    func use(
        _ coarsening: Int, insteadOf old: UInt64, in list: Cells, first: Int, _ series: SeriesTable,
        isPrivileged: Bool
    ) -> BucketDirectory? {
        let newest = list.cell(first + Self.newestCell)
        while true {
            let head = newest.acquire()
            if let known = find(coarsening, from: head)
                ?? make(coarsening, newest, after: head, series.table.arena, isPrivileged: isPrivileged)
            {
                let current = UInt64(coarsening) << 32 | UInt64(known)
                _ = list.cell(first + Self.currentCell).replace(old, by: current)
                return BucketDirectory(Block(address: known, at: place))
            }
            // Nil also where another thread put its directory there first.
            if newest.acquire() == head { return nil }
        }
    }

    /// The address of the directory of a resolution, of those from the one that `newest` says on.
    private func find(_ coarsening: Int, from newest: UInt64) -> UInt32? {
        var found: UInt32?
        forEachDirectory(from: newest) { address, directory in
            if directory.coarsening == coarsening { found = address }
        }
        return found
    }

    /// Calls `body` with the directories of a list, whose newest one is at the address in the lower half of `newest`.
    func forEachDirectory(from newest: UInt64, _ body: (UInt32, BucketDirectory) -> Void) {
        var address = UInt32(truncatingIfNeeded: newest)
        while address != 0 {
            let block = Block(address: address, at: place)
            body(address, BucketDirectory(block))
            address = block.link.acquire()
        }
    }

    /// The address of a new directory of a list whose newest one is still `head`; nil where it is not, or without memory.
    private func make(
        _ coarsening: Int, _ newest: Cell, after head: UInt64, _ arena: Arena, isPrivileged: Bool
    ) -> UInt32? {
        let size = (BucketDirectory.smallestSize + 1) * 8
        guard
            let made = try? Block.make(
                byteCount: size, isDirectory: true, in: arena, isPrivileged: isPrivileged)
        else { return nil }
        let block = Block(address: made, in: arena)
        BucketDirectory(block).setCoarsening(coarsening)
        block.link.publish(UInt32(truncatingIfNeeded: head))
        if newest.replace(head, by: UInt64(made)) { return made }
        block.link.publish(0)
        Block.release(made, to: arena)
        return nil
    }

    /// The directory to use after a list's current one is full; nil where none is coarser, or without memory.
    ///
    /// It is that of the row's resolution, which is made coarser first where it is still that of the full directory.
    @inline(never)
    func coarser(
        than coarsening: Int, in list: Cells, _ row: Row, first: Int, rest: Int, _ series: SeriesTable,
        isPrivileged: Bool
    ) -> BucketDirectory? {
        guard coarsen(row, rest, to: coarsening + 1) else { return nil }
        return follow(row, in: list, first: first, rest: rest, series, isPrivileged: isPrivileged)
    }

    /// The directory of the row's resolution, from now on the current one of the list.
    @inline(never)
    func follow(
        _ row: Row, in list: Cells, first: Int, rest: Int, _ series: SeriesTable, isPrivileged: Bool
    ) -> BucketDirectory? {
        let old = list.cell(first + Self.currentCell).acquire()
        if old == 0, list.isThreadExclusive { giveBack(list, first: first, series.table.arena) }
        return use(
            State(row, rest).coarsening, insteadOf: old, in: list, first: first, series,
            isPrivileged: isPrivileged)
    }

    /// Gives back what the running thread counted before a reset: readers leave out a list without a current directory.
    private func giveBack(_ list: Cells, first: Int, _ arena: Arena) {
        let newest = list.cell(first + Self.newestCell)
        Block.release(UInt32(truncatingIfNeeded: newest.bits), to: arena)
        newest.bits = 0
    }

    /// False where buckets can't be that coarse.
    func coarsen(_ row: Row, _ rest: Int, to coarsening: Int) -> Bool {
        guard scale.schema - coarsening >= Self.coarsest else { return false }
        State(row, rest).coarsen(to: coarsening)
        return true
    }
}

extension BucketDirectory {
    /// How much coarser than the schema the buckets in a native histogram's directory are.
    ///
    /// It lies in the upper half of the cell behind the entries, since the lower half would lead to a block.
    @inline(__always)
    var coarsening: Int { Int(truncatingIfNeeded: cells.cell(Self.smallestSize).bits >> 32) }

    fileprivate func setCoarsening(_ coarsening: Int) {
        cells.cell(Self.smallestSize).bits = UInt64(coarsening) << 32
    }
}
