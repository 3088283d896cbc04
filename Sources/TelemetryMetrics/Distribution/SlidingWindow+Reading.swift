import Arena

extension SlidingWindow {
    /// The quantiles of what was observed in the window before `now`; nil for an empty window.
    func quantiles(
        _ quantiles: [Double], row: Row, first: Int, rest: Int, now: UInt64, in table: Table
    ) -> [Double]? {
        let slice = sliceNumber(now)
        let current = (slice - UInt32(Self.sliceCount) + 1)...slice
        let zeros = zeroCount(row: row, rest: rest, current: current)
        var pieces: [WindowPiece] = []
        var total = zeros
        var isAscending = true
        forEachBlock(of: row, first: first, in: table) { key, block in
            guard let piece = WindowPiece(key, block, current: current, at: place) else { return }
            if pieces.isEmpty { pieces.reserveCapacity(16) }
            if let last = pieces.last, last.order > piece.order { isAscending = false }
            pieces.append(piece)
            total += piece.count
        }
        guard total > 0 else { return nil }
        // Those of one thread most often are.
        if !isAscending { pieces.sort { $0.order < $1.order } }
        return quantiles.map { value(at: Self.rank(of: $0, total: total), in: pieces, zeros: zeros) }
    }

    /// The place of the smallest value that at least the share `quantile` of all values does not exceed.
    private static func rank(of quantile: Double, total: UInt64) -> UInt64 {
        let rank = max(UInt64((quantile * Double(total)).rounded(.up)), 1)
        // The product may have been rounded up: 0.07 times 100 is more than 7.
        return rank > 1 && Double(rank - 1) / Double(total) >= quantile ? rank - 1 : rank
    }

    /// The value of that rank among those of `pieces`, which are in order, and zeros.
    ///
    /// Only the pieces that hold it are looked at bucket by bucket; where they hold fewer by then, it is their largest value.
    private func value(at rank: UInt64, in pieces: [WindowPiece], zeros: UInt64) -> Double {
        var rank = rank
        var isPastZeros = false
        var (start, end) = (0, 0)
        while end < pieces.count || !isPastZeros {
            if !isPastZeros, end == pieces.count || pieces[end].order > 0 {
                isPastZeros = true
                if zeros >= rank { return 0 }
                rank -= zeros
                continue
            }
            // Threads have blocks of their own, of the same buckets.
            start = end
            var count: UInt64 = 0
            while end < pieces.count, pieces[end].order == pieces[start].order {
                count += pieces[end].count
                end += 1
            }
            if count >= rank { break }
            rank -= count
        }
        return value(at: rank, in: pieces[start..<end]) ?? 0
    }

    /// The value of that rank in pieces of the same buckets, or their largest one; nil where they hold none.
    private func value(at rank: UInt64, in pieces: ArraySlice<WindowPiece>) -> Double? {
        guard let key = pieces.first?.key else { return nil }
        var seen: UInt64 = 0
        var found: Int?
        for step in 0..<Self.bucketsPerLine {
            let offset = key.isNegative ? Self.bucketsPerLine - 1 - step : step
            let count = pieces.reduce(0) { $0 + $1.count(at: offset, at: place) }
            guard count > 0 else { continue }
            found = offset
            seen += count
            if seen >= rank { break }
        }
        return found.map { offset in
            let magnitude = scale.representative(of: key.firstIndex + offset)
            return key.isNegative ? -magnitude : magnitude
        }
    }

    private func zeroCount(row: Row, rest: Int, current: ClosedRange<UInt32>) -> UInt64 {
        var zeros: UInt64 = 0
        for slice in 0..<Self.sliceCount {
            let bits = row.cell(rest + slice).bits
            if current.contains(UInt32(bits >> 32)) { zeros += bits & 0xFFFF_FFFF }
        }
        return zeros
    }
}

/// The block of a window with those of its lines that the window still has.
private struct WindowPiece {
    let key: BucketDirectory.Key
    private let block: Block
    /// A bit for each line.
    private let lines: UInt32
    /// How many values there are.
    let count: UInt64

    /// Nil where there are none.
    @inline(__always)
    init?(_ key: BucketDirectory.Key, _ block: Block, current: ClosedRange<UInt32>, at place: ArenaPlace) {
        var lines: UInt32 = 0
        var count: UInt64 = 0
        let wide = block.link.acquire()
        for line in 0..<SlidingWindow.sliceCount {
            let tag = line * SlidingWindow.lineLength / 2
            guard current.contains(block.half(tag).acquire()) else { continue }
            lines |= 1 << UInt32(line)
            // Two counters at a time.
            for pair in 1...SlidingWindow.bucketsPerLine / 2 {
                let counters = block.half(tag + pair).bits
                count += UInt64(counters & 0xFFFF) + UInt64(counters >> 16)
            }
            guard wide != 0 else { continue }
            let counters = Block(address: wide, at: place)
            for offset in 0..<SlidingWindow.bucketsPerLine {
                count += UInt64(counters.half(line * SlidingWindow.bucketsPerLine + offset).bits)
            }
        }
        guard count > 0 else { return nil }
        self.key = key
        self.block = block
        self.lines = lines
        self.count = count
    }

    /// Orders pieces by their values; that of zero is 0.
    var order: Int { key.isNegative ? -Int(key.bits >> 1) : Int(key.bits >> 1) }

    /// How many values the bucket of that number holds.
    func count(at offset: Int, at place: ArenaPlace) -> UInt64 {
        let wide = block.link.acquire()
        var count: UInt64 = 0
        for line in 0..<SlidingWindow.sliceCount where lines >> UInt32(line) & 1 == 1 {
            count += UInt64(block.quarter(line * SlidingWindow.lineLength + 2 + offset))
            guard wide != 0 else { continue }
            let counters = Block(address: wide, at: place)
            count += UInt64(counters.half(line * SlidingWindow.bucketsPerLine + offset).bits)
        }
        return count
    }
}
