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
/// them, also after a few that came at once, and a busy one at one in thousands. The slots come into being with the first observation that has a trace;
/// until then, a look is due for the first 16 observations of a bucket and every 64th of the others.
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

    /// The cells of a slot.
    private enum Part {
        /// Odd while somebody writes the exemplar behind it.
        static let sequence = 0
        static let value = 1
        static let milliseconds = 2
        static let traceHigh = 3
        static let traceLow = 4
        static let spanID = 5
        /// A look is due where the count has none of these bits; so it is whichever stripe counts.
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
        let address = UInt32(truncatingIfNeeded: row.cell(cell).acquire())
        if address == 0 {
            guard before < 16 || before & 63 == 0 else { return }
        } else {
            let mask = Block(address: address, at: place).cell(bucket &>> shift &* Part.count &+ Part.mask)
            guard before & mask.bits == 0 else { return }
        }
        look(value, bucket &>> shift, row, series)
    }

    @inline(never)
    private func look(_ value: Double, _ slot: Int, _ row: Row, _ series: SeriesTable) {
        let arena = series.table.arena
        let address = UInt32(truncatingIfNeeded: row.cell(cell).acquire())
        let now = series.clock.milliseconds
        if address != 0 {
            let block = Block(address: address, in: arena)
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
        if row.cell(cell).acquire() == 0 {
            guard let made = try? Block.make(byteCount: slots * Part.count * 8, in: arena) else { return nil }
            if !row.cell(cell).replace(0, by: UInt64(made)) { Block.release(made, to: arena) }
        }
        return Block(address: UInt32(truncatingIfNeeded: row.cell(cell).acquire()), in: arena)
    }

    /// Says which observations are looked at from now on.
    private static func plan(_ block: Block, _ slot: Int, now: UInt64) {
        let seenAt = block.cell(slot + Part.seenAt).bits
        let paces = (now > seenAt ? now - seenAt : 0) / pace
        let haste = block.cell(slot + Part.haste).bits
        // After twice, four times, … the pace, looks may be twice, four times, … as frequent.
        let calm = UInt64(UInt64.bitWidth - paces.leadingZeroBitCount) * looksPerHalving
        let next = paces == 0 ? min(haste + 1, mostHalvings * looksPerHalving) : haste - min(haste, calm)
        block.cell(slot + Part.haste).bits = next
        block.cell(slot + Part.mask).bits = 1 << (next / looksPerHalving) - 1
        block.cell(slot + Part.seenAt).bits = now
    }

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
