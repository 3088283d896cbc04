import Arena
import Telemetry

/// An observation of a distribution with the trace that it was made in.
package struct Exemplar: Sendable, Equatable {
    /// What was observed.
    package let value: Double
    /// When, since the Unix epoch.
    package let milliseconds: UInt64
    /// The trace: its upper and lower half, and the span.
    package let traceHigh, traceLow, spanID: UInt64
}

/// The exemplars of one series: one slot per bucket, or per power of two of a native histogram.
///
/// The trace is asked for only when an exemplar is due: a slot takes a new one every ten seconds at most, and how often
/// it looks follows from how fast it fills, about once a second. So a bucket of rare, slow observations looks at each of
/// them, also after a few that came at once, and a busy one at one in thousands. The slots come into being with the first
/// observation that has a trace; until then all buckets look as one, and each at its first 16 observations and at every
/// 64th of those until the 4096th.
struct Exemplars: Sendable, BitwiseCopyable {
    /// Of a native histogram: one per power of two, in turn.
    static let nativeSlots = 8
    private static let mostSlots = 64
    private static let lifetime: UInt64 = 10_000
    /// About how often a slot looks, in milliseconds.
    private static let pace: UInt64 = 1000
    /// So many looks within the pace halve how often there is one.
    private static let looksPerHalving: UInt64 = 8
    /// At one in 4096 it stays.
    private static let mostHalvings: UInt64 = 12
    /// Of a bucket, where there are no slots yet.
    private static let firstLooks: UInt64 = 16
    /// A bucket with no more looks at each 64th of them then, however hastily the others do.
    private static let fewObservations: UInt64 = 4096

    /// The cells of a slot.
    private enum Part {
        /// Odd while somebody writes the exemplar behind it.
        static let sequence = 0
        static let value = 1
        static let milliseconds = 2
        static let traceHigh = 3
        static let traceLow = 4
        static let spanID = 5
        /// A look is due where the count has none of these bits; so it is whichever thread counts.
        static let mask = 6
        /// How many looks came within the pace of one another, less those that did not.
        static let haste = 7
        /// The time of the last look.
        static let seenAt = 8
        static let count = 9
    }

    /// The cell that leads to the slots.
    let cell: Int
    private let slots: Int
    /// Of a bucket's number, to get that of its slot.
    private let shift: Int
    private let place: ArenaPlace

    /// The slot of a native histogram's bucket: that of its power of two.
    @inline(__always)
    static func nativeSlot(_ value: Double) -> Int {
        Int(truncatingIfNeeded: value.bitPattern >> UInt64(Double.significandBitCount)) & (nativeSlots - 1)
    }

    /// Room for the exemplars of `slots` buckets; of more than 64, neighbours share one.
    init(cell: Int, slots: Int, at place: ArenaPlace) {
        self.place = place
        self.cell = cell
        var shift = 0
        while (slots - 1) >> shift >= Self.mostSlots { shift += 1 }
        self.shift = shift
        self.slots = (slots - 1) >> shift + 1
    }

    /// Considers an observation of a bucket, which had seen `before` of them.
    @inline(__always)
    func offer(_ value: Double, bucket: Int, before: UInt64, row: Row, _ series: SeriesTable) {
        if isDue(bucket: bucket, before: before, row: row) { look(value, bucket: bucket, row: row, series) }
    }

    /// Whether a trace is to be looked for.
    @inline(__always)
    func isDue(bucket: Int, before: UInt64, row: Row) -> Bool {
        let place = Place(row.cell(cell))
        if place.address == 0 {
            return before & Self.mask(place.haste) == 0
                || before < Self.fewObservations && (before < Self.firstLooks || before & 63 == 0)
        }
        let slot = bucket &>> shift &* Part.count
        return before & Block(address: place.address, at: self.place).cell(slot &+ Part.mask).bits == 0
    }

    /// The cell that leads to the slots, and what is planned where there are none: the address of the slots, in the upper
    /// half the time of the last look in paces over the haste.
    private struct Place {
        private let cell: Cell
        private let bits: UInt64

        @inline(__always)
        init(_ cell: Cell) {
            self.cell = cell
            bits = cell.acquire()
        }

        @inline(__always)
        var address: UInt32 { UInt32(truncatingIfNeeded: bits) }
        @inline(__always)
        var haste: UInt64 { bits >> 32 & 0xFF }

        /// Notes a look at `now`, unless another thread changed something meanwhile.
        func plan(now: UInt64) {
            let pace = now / Exemplars.pace & 0xFF_FFFF
            let paces = (pace &- bits >> 40) & 0xFF_FFFF
            let haste = Exemplars.haste(after: haste, paces: paces)
            _ = cell.replace(bits, by: pace << 40 | haste << 32 | bits & 0xFFFF_FFFF)
        }

        /// Leads to the slots at `address`, where it leads to none; false where it does.
        func lead(to address: UInt32) -> Bool {
            var place = self
            while place.address == 0 {
                if cell.replace(place.bits, by: UInt64(address)) { return true }
                place = Place(cell)
            }
            return false
        }
    }

    /// Looks for a trace, and keeps it with `value` where that is due.
    @inline(never)
    func look(_ value: Double, bucket: Int, row: Row, _ series: SeriesTable) {
        let slot = bucket &>> shift
        let arena = series.table.arena
        let place = Place(row.cell(cell))
        let now = series.clock.milliseconds
        if place.address == 0 {
            place.plan(now: now)
        } else {
            let block = Block(address: place.address, in: arena)
            Self.plan(block, slot * Part.count, now: now)
            let last = block.cell(slot * Part.count + Part.milliseconds).bits
            guard last == 0 || now < last || now - last >= Self.lifetime else { return }
        }
        guard let context = TraceContext.current, context.isSampled, let block = block(row, arena) else {
            return
        }
        Self.write(
            Exemplar(
                value: value, milliseconds: now, traceHigh: context.traceID.high,
                traceLow: context.traceID.low, spanID: context.spanID), to: block, slot * Part.count)
    }

    private func block(_ row: Row, _ arena: Arena) -> Block? {
        let place = Place(row.cell(cell))
        if place.address == 0 {
            guard let made = try? Block.make(byteCount: slots * Part.count * 8, in: arena) else { return nil }
            if !place.lead(to: made) { Block.release(made, to: arena) }
        }
        return Block(address: Place(row.cell(cell)).address, in: arena)
    }

    /// Says which observations are looked at from now on.
    private static func plan(_ block: Block, _ slot: Int, now: UInt64) {
        let seenAt = block.cell(slot + Part.seenAt).bits
        let haste = haste(
            after: block.cell(slot + Part.haste).bits, paces: (now > seenAt ? now - seenAt : 0) / pace)
        block.cell(slot + Part.haste).bits = haste
        block.cell(slot + Part.mask).bits = mask(haste)
        block.cell(slot + Part.seenAt).bits = now
    }

    /// How hastily looks come, from how hastily they came and what time went by since the last one.
    private static func haste(after haste: UInt64, paces: UInt64) -> UInt64 {
        guard paces > 0 else { return min(haste + 1, mostHalvings * looksPerHalving) }
        // After twice, four times, … the pace, looks may be twice, four times, … as frequent.
        let calm = UInt64(UInt64.bitWidth - paces.leadingZeroBitCount) * looksPerHalving
        return haste - min(haste, calm)
    }

    @inline(__always)
    private static func mask(_ haste: UInt64) -> UInt64 { 1 &<< (haste / looksPerHalving) &- 1 }

    /// Puts the exemplar in place, unless another thread is doing that.
    private static func write(_ exemplar: Exemplar, to block: Block, _ slot: Int) {
        let sequence = block.cell(slot + Part.sequence)
        let old = sequence.acquire()
        guard old & 1 == 0, sequence.replace(old, by: old + 1) else { return }
        block.cell(slot + Part.value).double = exemplar.value
        block.cell(slot + Part.milliseconds).bits = exemplar.milliseconds
        block.cell(slot + Part.traceHigh).bits = exemplar.traceHigh
        block.cell(slot + Part.traceLow).bits = exemplar.traceLow
        block.cell(slot + Part.spanID).bits = exemplar.spanID
        _ = sequence.replace(old + 1, by: old + 2)
    }

    /// All exemplars of a series; one that is being written right now is left out.
    func read(_ row: Row, arena: Arena) -> [Exemplar] {
        let address = UInt32(truncatingIfNeeded: row.cell(cell).acquire())
        guard address != 0 else { return [] }
        let block = Block(address: address, in: arena)
        return (0..<slots).compactMap { Self.read(block, $0 * Part.count) }
    }

    private static func read(_ block: Block, _ slot: Int) -> Exemplar? {
        let sequence = block.cell(slot + Part.sequence)
        let before = sequence.acquire()
        guard before > 0, before & 1 == 0 else { return nil }
        let exemplar = Exemplar(
            value: block.cell(slot + Part.value).double,
            milliseconds: block.cell(slot + Part.milliseconds).bits,
            traceHigh: block.cell(slot + Part.traceHigh).bits,
            traceLow: block.cell(slot + Part.traceLow).bits, spanID: block.cell(slot + Part.spanID).bits)
        // Writes nothing: a store of the same value, so that the loads above stand before this one.
        guard sequence.replace(before, by: before), exemplar.milliseconds > 0 else { return nil }
        return exemplar
    }

    /// Forgets all exemplars of a series.
    func clear(_ row: Row, arena: Arena) {
        let address = UInt32(truncatingIfNeeded: row.cell(cell).acquire())
        guard address != 0 else { return }
        let none = Exemplar(value: 0, milliseconds: 0, traceHigh: 0, traceLow: 0, spanID: 0)
        for slot in 0..<slots { Self.write(none, to: Block(address: address, in: arena), slot * Part.count) }
    }
}
