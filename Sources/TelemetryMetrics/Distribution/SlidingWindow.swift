import Arena

/// The distribution of what was observed in the last minutes, in exponential buckets: what a summary's quantiles are read from.
///
/// The window slides in slices: a slice's counts are forgotten as a whole when it is older than the window. A block of
/// buckets has one line per slice, which begins with the number of the slice that it was last used for. Nothing has to be
/// cleared when time goes on: the first thread that finds an outdated line clears it.
///
/// A line counts in 16 bits. A second block with 32 bits, which most series never need, takes further counts before the
/// small counter can wrap: from 61,440 on, which leaves room for the threads that are adding.
///
/// A thread with a copy of the row's cells has buckets of its own, so that adding needs no locked instruction. A reader adds
/// up all of them.
struct SlidingWindow: Sendable, BitwiseCopyable {
    /// How many parts the window slides in.
    static let sliceCount = 5
    /// Cells with a copy per thread: count, sum, and one that leads to the directory.
    static let copiedCellCount = 3
    /// Which of them.
    static let directoryCell = 2
    /// Further cells in the row: one per slice for zeros.
    static let cellCount = sliceCount
    static let bucketsPerLine = BucketDirectory.bucketsPerBlock
    /// Of a line, in units of 16 bits: a tag of two units, and the counters.
    static let lineLength = 2 + bucketsPerLine
    static let blockSize = sliceCount * lineLength * 2
    static let wideBlockSize = sliceCount * bucketsPerLine * 4
    static let mostInSmall: UInt16 = 61_440
    /// The most that is added to a small counter at once: 256 threads can do that together.
    static let mostAtOnce: UInt64 = 16
    /// The tag of a line that a thread is clearing.
    static let clearing = UInt32.max

    /// Where a wide counter stops counting; threads that add at the same time may pass it a little.
    static let mostInWide: UInt32 = 0xF000_0000
    /// The most that is added to a wide counter without a loop.
    static let mostInWideAtOnce: UInt64 = 1 << 20
    /// How many slices a late thread may be behind a line's; a larger difference means that the numbers wrapped.
    private static let latest: UInt32 = 1 << 28

    let scale: ExponentialScale
    let place: ArenaPlace
    /// Of the directory: room for 32 powers of two, whatever the schema.
    let directorySize: Int
    /// Replaces the division of milliseconds by a slice's length: a shift, and a multiplication of which the upper half counts.
    private let shift: UInt64
    private let reciprocal: UInt64
    /// Whether a second more or less is little for a slice.
    private let isLong: Bool

    /// A window of `length`, in slices of a fifth of it.
    init(scale: ExponentialScale, length: Duration, at place: ArenaPlace) {
        self.scale = scale
        self.place = place
        directorySize = BucketDirectory.smallestSize << max(scale.schema - 5, 0)
        let slice = max(length.wholeMilliseconds / UInt64(Self.sliceCount), 2)
        isLong = slice >= 10_000
        // Exact for lengths below 2^22 and times below 2^42, which are the milliseconds of 139 years.
        shift = UInt64(max(64 - slice.leadingZeroBitCount - 22, 0))
        reciprocal = UInt64.max / (slice >> shift) + 1
    }

    /// Gives back the tables of the scale.
    func release(to arena: Arena) { scale.release(to: arena) }

    /// The slice that `now` falls into; never 0, which marks a line that was never used.
    @inline(__always)
    func sliceNumber(_ now: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: (now &>> shift).multipliedFullWidth(by: reciprocal).high)
            & 0x7FFF_FFFF | 0x4000_0000
    }

    /// The slice of this moment.
    @inline(__always)
    func currentSlice(_ clock: CoarseClock) -> UInt32 {
        sliceNumber(isLong ? clock.roughMilliseconds : clock.milliseconds)
    }

    /// Whether a line is in use for a later slice already, so that a value for the earlier one has left the window.
    static func isLate(_ slice: UInt32, for found: UInt32) -> Bool {
        found > slice && found - slice < latest
    }
}

extension SlidingWindow {
    /// Forgets what was observed, but for zeros, which are in cells of the row.
    func clear(_ row: Row, first: Int, in table: Table) {
        forEachBlock(of: row, first: first, in: table) { _, block in
            for line in 0..<Self.sliceCount { block.half(line * Self.lineLength / 2).publish(0) }
        }
    }

    /// Calls `body` with the blocks of all threads.
    @inline(__always)
    func forEachBlock(
        of row: Row, first: Int, in table: Table, _ body: (BucketDirectory.Key, Block) -> Void
    ) {
        table.forEachCells(of: row) { cells in
            let address = UInt32(truncatingIfNeeded: cells.cell(first + Self.directoryCell).acquire())
            guard address != 0 else { return }
            BucketDirectory(Block(address: address, at: place), size: directorySize)
                .forEach(at: place, body)
        }
    }
}
