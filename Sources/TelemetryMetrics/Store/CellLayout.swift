import Arena
import Telemetry

/// How one metric's numbers lie in the rows of its table, and how values get there.
///
/// It holds no reference, so that going through the layouts of an event counts none: the tables that it leads to are
/// those of its family, which outlives it.
struct CellLayout: Sendable, BitwiseCopyable {
    /// What becomes of a value.
    enum Kind: UInt8, Sendable, BitwiseCopyable {
        /// A counter or a sum: whole numbers and the rest apart, so that whole numbers stay exact and need no loop.
        case total
        /// A total that may shrink.
        case upDown
        case gauge
        case distinct
        /// A count per bucket with the one of +Inf, then the sum.
        case histogram
        /// The cells of a native histogram, then, where it has boundaries too, a count per bucket with the one of +Inf.
        case native
        /// Count, sum and what leads to the window.
        case summary
    }

    let kind: Kind
    /// The first of the cells that have copies.
    let first: Int
    /// The first of the other cells.
    let rest: Int
    /// Says in a row's `present` that this metric has a value there.
    let bit: UInt64
    /// Of a histogram that keeps them.
    let exemplars: Exemplars?
    /// Of a histogram with boundaries, a native one, which may have both, and a summary: one each.
    let boundaries: ArenaBox<Boundaries>?
    let native: ArenaBox<NativeHistogram>?
    let window: ArenaBox<SlidingWindow>?

    /// Whole numbers beyond are added up as doubles, so that no 2^43 of them make the whole part of a total overflow.
    @inline(__always)
    static var largestWhole: Double { 0x1p20 }

    @inline(__always)
    var isTotal: Bool { kind == .total || kind == .upDown }
}

extension CellLayout {
    /// The cells that a metric takes in a row: those with copies, the others, and which of either lead to blocks.
    struct Shape {
        let copied: Int
        let rest: Int
        let blocks: [Int]
        var copiedBlocks: [Int] = []

        init(_ definition: MetricDefinition) {
            let exemplars = definition.kind == .histogram && definition.keepsExemplars ? 1 : 0
            switch definition.kind {
            case .counter, .sum: (copied, rest, blocks) = (2, 0, [])
            case .gauge:
                (copied, rest) = (0, definition.countsDistinct ? DistinctCount.cellCount : 1)
                blocks = definition.countsDistinct ? [0] : []
            case .histogram where definition.buckets.native != nil:
                copied = NativeHistogram.copiedCellCount + definition.classicCount
                rest = NativeHistogram.cellCount + exemplars
                blocks = exemplars > 0 ? [NativeHistogram.cellCount] : []
                copiedBlocks = [NativeHistogram.newestCell]
            case .histogram:
                copied = definition.buckets.boundaries.count + 2
                rest = exemplars
                blocks = exemplars > 0 ? [0] : []
            case .summary:
                (copied, rest, blocks) = (SlidingWindow.copiedCellCount, SlidingWindow.cellCount, [])
                copiedBlocks = [SlidingWindow.directoryCell]
            }
        }

        var cellCount: Int { copied + rest }
        /// Where the exemplars are, counted from the first of the rest; the last one, where there are any.
        func exemplars(_ definition: MetricDefinition) -> Int? {
            definition.kind == .histogram && definition.keepsExemplars ? rest - 1 : nil
        }
    }

    /// The layout of a definition, with its tables in `arena`.
    ///
    /// - Throws: `ArenaError` where there is no memory.
    init(
        _ definition: MetricDefinition, first: Int, rest: Int, bit: UInt64, arena: Arena
    ) throws(ArenaError) {
        self.first = first
        self.rest = rest
        self.bit = bit
        exemplars = Shape(definition).exemplars(definition).map { place in
            let isNative = definition.buckets.native != nil
            let slots = isNative ? Exemplars.nativeSlots : definition.buckets.boundaries.count + 1
            return Exemplars(cell: rest + place, slots: slots, at: arena.place)
        }
        kind = Kind(definition)
        boundaries = try Self.table(
            kind == .histogram || definition.isNative && definition.classicCount > 0, in: arena
        ) { () throws(ArenaError) in
            try Boundaries(definition.buckets.boundaries, arena: arena)
        }
        native = try Self.table(kind == .native, in: arena) { () throws(ArenaError) in
            try NativeHistogram(
                definition.buckets.native ?? NativeBuckets(), classicCount: definition.classicCount,
                arena: arena)
        }
        window = try Self.table(kind == .summary, in: arena) { () throws(ArenaError) in
            SlidingWindow(
                scale: try ExponentialScale(schema: definition.schema, arena: arena),
                length: definition.window, at: arena.place)
        }
    }

    private static func table<Part: BitwiseCopyable & Sendable>(
        _ isNeeded: Bool, in arena: Arena, _ make: () throws(ArenaError) -> Part
    ) throws(ArenaError) -> ArenaBox<Part>? {
        isNeeded ? try ArenaBox(try make(), in: arena) : nil
    }

    /// Gives back the tables, which nobody uses any more.
    func release(to arena: Arena) {
        boundaries?.value.release(to: arena)
        native?.value.release(to: arena)
        window?.value.release(to: arena)
        boundaries?.release(to: arena)
        native?.release(to: arena)
        window?.release(to: arena)
    }

    /// Forgets what the row has of a metric of that definition; the blocks that its cells lead to stay, empty.
    func clear(_ row: Row, _ definition: MetricDefinition, in series: SeriesTable) {
        let shape = Shape(definition)
        exemplars?.clear(row)
        window?.value.clear(row, first: first, in: series.table)
        if let native {
            let (first, rest) = (first, rest)
            return series.exclusively {
                native.value.reset(row, first: first, rest: rest, series, now: series.clock.moment)
            }
        }
        if kind == .distinct { DistinctCount.clear(row: row, cell: rest, series) }
        clearTotals(row, shape, in: series.table)
        for index in 0..<shape.rest where !shape.blocks.contains(index) { row.cell(rest + index).bits = 0 }
    }

    private func clearTotals(_ row: Row, _ shape: Shape, in table: Table) {
        switch kind {
        case .gauge, .distinct, .native: break
        case .total, .upDown, .histogram, .summary:
            // Whole numbers, then a double.
            let sum = first + shape.copied - shape.copiedBlocks.count - 1
            table.clear(row, counts: first..<sum)
            table.clear(row, sum: sum)
        }
    }
}

extension MetricDefinition {
    /// How many counts by boundaries a native histogram has beside its own.
    var classicCount: Int { isNative && !buckets.boundaries.isEmpty ? buckets.boundaries.count + 1 : 0 }
}

extension CellLayout.Kind {
    init(_ definition: MetricDefinition) {
        switch definition.kind {
        case .counter: self = .total
        case .sum: self = definition.isMonotonic ? .total : .upDown
        case .gauge: self = definition.countsDistinct ? .distinct : .gauge
        case .histogram: self = definition.isNative ? .native : .histogram
        case .summary: self = .summary
        }
    }
}
