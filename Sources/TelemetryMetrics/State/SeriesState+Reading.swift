import Arena

/// Reads what a row of another process holds of one metric; nil where it can't be what a metric of the definition has.
///
/// Each count is that of the row and of all threads' copies of it together.
struct SeriesStateReader {
    let definition: MetricDefinition
    /// The first of the cells that have copies, and of the others.
    let first: Int
    let rest: Int
    private let kind: CellLayout.Kind
    private let scale: ExponentialScale?
    /// Of a histogram with boundaries.
    private let bucketCount: Int
    /// The cell that leads to exemplars.
    private let exemplarCell: Int?

    /// Nil where the metric's cells can't be in a row of that shape.
    init?(_ record: FamilyRecord, _ shape: RowShape, scale: ExponentialScale?) {
        definition = record.definition
        first = record.first
        rest = record.rest
        self.scale = scale
        kind = CellLayout.Kind(definition)
        bucketCount = definition.buckets.boundaries.count + 1
        let cells = CellLayout.Shape(definition)
        exemplarCell = cells.exemplars(definition).map { [rest] in rest + $0 }
        guard first + cells.copied <= shape.copied, rest + cells.rest <= shape.cellCount else { return nil }
    }

    func read(_ row: ForeignRow, in arena: ForeignArena) -> SeriesState? {
        guard let value = value(row, arena) else { return nil }
        return SeriesState(value: value, exemplars: exemplars(row, arena))
    }

    /// Whether the row's numbers lie in its cells alone, and can be copied one by one.
    func isPlain(_ row: ForeignRow) -> Bool {
        switch kind {
        case .total, .upDown, .gauge: true
        case .histogram: exemplarCell.map { UInt32(truncatingIfNeeded: row.cell($0)) == 0 } ?? true
        case .distinct, .native, .summary: false
        }
    }

    /// Whether a plain row's numbers can be those of the metric.
    func isRight(_ row: ForeignRow) -> Bool {
        switch kind {
        case .total, .upDown: total(row) != nil
        case .gauge: true
        case .histogram: hasCounts(row) && double(row, first + bucketCount).isFinite
        case .distinct, .native, .summary: false
        }
    }

    /// Copies a plain row's numbers, which are right, into one that is new.
    func copy(_ row: ForeignRow, to new: Row, _ layout: CellLayout) {
        switch kind {
        case .total, .upDown:
            new.cell(layout.first).bits = whole(row, first)
            new.cell(layout.first + 1).double = double(row, first + 1)
        case .gauge: new.cell(layout.rest).bits = row.cell(rest)
        case .histogram:
            for index in 0..<bucketCount { new.cell(layout.first + index).bits = whole(row, first + index) }
            new.cell(layout.first + bucketCount).double = double(row, first + bucketCount)
        case .distinct, .native, .summary: break
        }
    }

    private func hasCounts(_ row: ForeignRow) -> Bool {
        Self.areCounts((0..<bucketCount).lazy.map { whole(row, first + $0) })
    }

    private func value(_ row: ForeignRow, _ arena: ForeignArena) -> SeriesState.Value? {
        switch kind {
        case .total, .upDown: total(row)
        case .gauge: .gauge(Double(bitPattern: row.cell(rest)))
        case .distinct: distinct(row.cell(rest), arena)
        case .histogram: histogram(row)
        case .native: native(row, arena)
        case .summary: summary(row, arena)
        }
    }

    /// The sum of whole numbers in a cell and its copies.
    private func whole(_ row: ForeignRow, _ index: Int) -> UInt64 {
        row.copies.reduce(row.cell(index)) { $0 &+ $1[index] }
    }

    /// The sum of doubles in a cell and its copies.
    private func double(_ row: ForeignRow, _ index: Int) -> Double {
        row.copies.reduce(Double(bitPattern: row.cell(index))) { $0 + Double(bitPattern: $1[index]) }
    }

    private func total(_ row: ForeignRow) -> SeriesState.Value? {
        let whole = Int64(bitPattern: whole(row, first))
        let fraction = double(row, first + 1)
        guard fraction.isFinite, kind != .total || (whole >= 0 && fraction >= 0) else { return nil }
        return .total(whole: whole, fraction: fraction)
    }

    private func histogram(_ row: ForeignRow) -> SeriesState.Value? {
        guard hasCounts(row) else { return nil }
        let sum = double(row, first + bucketCount)
        let counts = (0..<bucketCount).map { whole(row, first + $0) }
        return sum.isFinite ? .histogram(counts: counts, sum: sum) : nil
    }

    /// Whether these can be counts, all of which together are one too.
    private static func areCounts(_ counts: some Sequence<UInt64>) -> Bool {
        var total: UInt64 = 0
        for count in counts {
            let (sum, isTooMuch) = total.addingReportingOverflow(count)
            guard !isTooMuch, sum < 1 << 62 else { return false }
            total = sum
        }
        return true
    }

    private func distinct(_ cell: UInt64, _ arena: ForeignArena) -> SeriesState.Value? {
        let address = UInt32(truncatingIfNeeded: cell)
        let sizeBits = cell >> 56
        guard address != 0 else { return cell == 0 ? .members([]) : nil }
        guard sizeBits > 0 else {
            guard let block = arena.block(address, byteCount: DistinctCount.registerCount) else { return nil }
            let registers = (0..<DistinctCount.registerCount).map {
                UInt8(truncatingIfNeeded: block.cells[$0 / 8] >> UInt64($0 % 8 * 8))
            }
            return registers.allSatisfy { $0 <= DistinctCount.largestRank } ? .registers(registers) : nil
        }
        guard sizeBits <= 11, let block = arena.block(address, byteCount: 8 << Int(sizeBits)) else {
            return nil
        }
        let members = Set(block.cells.filter { $0 != 0 })
        return members.count <= DistinctCount.largestExact ? .members(members) : nil
    }

    private func exemplars(_ row: ForeignRow, _ arena: ForeignArena) -> [Exemplar?] {
        guard let exemplarCell else { return [] }
        let slots = Exemplars.slotCount(of: definition)
        let size = slots * ExemplarSlot.cellCount * 8
        let address = UInt32(truncatingIfNeeded: row.cell(exemplarCell))
        guard let block = arena.block(address, byteCount: size) else { return [] }
        return (0..<slots).map { slot in
            let cells = block.cells[slot * ExemplarSlot.cellCount..<(slot + 1) * ExemplarSlot.cellCount]
            let start = cells.startIndex
            let value = Double(bitPattern: cells[start + 1])
            guard cells[start] > 0, cells[start] & 1 == 0, cells[start + 2] > 0, value.isFinite else {
                return nil
            }
            return Exemplar(
                value: value, milliseconds: cells[start + 2], traceHigh: cells[start + 3],
                traceLow: cells[start + 4], spanID: cells[start + 5])
        }
    }
}

// Distributions: their buckets lie in blocks.
extension SeriesStateReader {
    private func native(_ row: ForeignRow, _ arena: ForeignArena) -> SeriesState.Value? {
        guard let scale, definition.buckets.native != nil else { return nil }
        let threshold = Double(bitPattern: row.cell(rest + 1))
        let coarsening = Int(row.cell(rest) >> 56)
        let sum = double(row, first)
        let zeros = whole(row, first + 1)
        guard sum.isFinite, threshold.isFinite, threshold >= 0, zeros < 1 << 62,
            scale.schema - coarsening >= NativeHistogram.coarsest
        else { return nil }
        var state = SeriesState.Native(
            sum: sum, zeros: zeros, coarsening: coarsening, threshold: threshold, reset: row.cell(rest + 2),
            buckets: [])
        let (current, newest) = (first + NativeHistogram.currentCell, first + NativeHistogram.newestCell)
        let lists = [(row.cell(current), row.cell(newest))] + row.copies.map { ($0[current], $0[newest]) }
        for (current, newest) in lists where current != 0 {
            guard append(UInt32(truncatingIfNeeded: newest), to: &state, scale, arena) else { return nil }
        }
        state.classic = (0..<definition.classicCount).map {
            whole(row, first + NativeHistogram.copiedCellCount + $0)
        }
        return Self.areCounts(state.buckets.map(\.count) + [zeros]) && Self.areCounts(state.classic)
            ? .native(state) : nil
    }

    /// Appends the buckets of all resolutions of one list.
    private func append(
        _ newest: UInt32, to state: inout SeriesState.Native, _ scale: ExponentialScale,
        _ arena: ForeignArena
    ) -> Bool {
        var address = newest
        // One for each resolution.
        for _ in 0..<16 where address != 0 {
            guard let directory = arena.block(address, byteCount: (BucketDirectory.smallestSize + 1) * 8)
            else {
                return false
            }
            let coarsening = Int(directory.cells[BucketDirectory.smallestSize] >> 32)
            guard scale.schema - coarsening >= NativeHistogram.coarsest else { return false }
            for entry in directory.cells.prefix(BucketDirectory.smallestSize) where entry != 0 {
                let key = BucketDirectory.Key(bits: UInt32(entry >> 32))
                guard
                    let block = arena.block(
                        UInt32(truncatingIfNeeded: entry), byteCount: NativeHistogram.blockSize)
                else { return false }
                for (offset, count) in block.cells.enumerated() where count != 0 {
                    let index = key.firstIndex + offset
                    guard scale.holds((index - 1) << coarsening + 1) else { return false }
                    state.buckets.append(
                        .init(coarsening: coarsening, index: index, isNegative: key.isNegative, count: count))
                }
            }
            address = directory.link
        }
        return address == 0
    }

    private func summary(_ row: ForeignRow, _ arena: ForeignArena) -> SeriesState.Value? {
        guard let scale else { return nil }
        var state = SeriesState.Summary(count: whole(row, first), sum: double(row, first + 1), window: [])
        guard state.sum.isFinite, state.count < 1 << 62 else { return nil }
        for slice in 0..<SlidingWindow.sliceCount {
            let bits = row.cell(rest + slice)
            guard bits & 0xFFFF_FFFF != 0 else { continue }
            state.window.append(
                .init(slice: UInt32(bits >> 32), index: nil, isNegative: false, count: bits & 0xFFFF_FFFF))
        }
        let directory = first + SlidingWindow.directoryCell
        for address in [row.cell(directory)] + row.copies.map({ $0[directory] }) {
            // Quantiles are of a few minutes: where they can't be read, count and sum go on.
            append(UInt32(truncatingIfNeeded: address), to: &state, scale, arena)
        }
        return .summary(state)
    }

    private func append(
        _ address: UInt32, to state: inout SeriesState.Summary, _ scale: ExponentialScale,
        _ arena: ForeignArena
    ) {
        let size = BucketDirectory.smallestSize << max(scale.schema - 5, 0)
        guard let directory = arena.block(address, byteCount: size * 8) else { return }
        for entry in directory.cells where entry != 0 {
            let key = BucketDirectory.Key(bits: UInt32(entry >> 32))
            guard
                let block = arena.block(UInt32(truncatingIfNeeded: entry), byteCount: SlidingWindow.blockSize)
            else { continue }
            let wide = arena.block(block.link, byteCount: SlidingWindow.wideBlockSize)
            for line in 0..<SlidingWindow.sliceCount {
                let start = line * SlidingWindow.lineLength
                let slice = block.half(start / 2)
                guard slice != 0, slice != SlidingWindow.clearing else { continue }
                for offset in 0..<SlidingWindow.bucketsPerLine {
                    let more = wide?.half(line * SlidingWindow.bucketsPerLine + offset) ?? 0
                    let count = UInt64(block.quarter(start + 2 + offset)) + UInt64(more)
                    let index = key.firstIndex + offset
                    guard count > 0, scale.holds(index) else { continue }
                    state.window.append(
                        .init(slice: slice, index: index, isNegative: key.isNegative, count: count))
                }
            }
        }
    }
}

extension ExponentialScale {
    /// Whether a value can be in the bucket, so that it was written by who counts.
    func holds(_ index: Int) -> Bool {
        guard index.magnitude < 1 << 20 else { return false }
        let value = representative(of: index)
        return value.isFinite && value > 0 && self.index(of: value) == index
    }
}
