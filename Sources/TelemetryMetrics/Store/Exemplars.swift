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
/// it looks follows from how fast its bucket fills, about once a second. So a bucket of rare, slow observations looks at
/// each of them, and a busy one at one in thousands. The slots come into being with the first observation that has a trace;
/// until then, a look is due for the first 16 observations of a bucket and every 64th of the others.
struct Exemplars: Sendable, BitwiseCopyable {
    /// Of a native histogram: one per power of two, in turn.
    static let nativeSlots = 8
    private static let mostSlots = 64
    private static let lifetime: UInt64 = 10_000
    /// About how often a slot looks, in milliseconds.
    private static let pace: UInt64 = 1000
    private static let longestPause: UInt64 = 4096

    /// The cells of a slot.
    private enum Part {
        /// Odd while somebody writes the exemplar behind it.
        static let sequence = 0
        static let value = 1
        static let milliseconds = 2
        static let traceHigh = 3
        static let traceLow = 4
        static let spanID = 5
        /// The count at which a look is due.
        static let due = 6
        /// Count and time of the last look.
        static let seenCount = 7
        static let seenAt = 8
        static let count = 9
    }

    /// The cell that leads to the slots.
    let cell: Int
    private let slots: Int
    private let place: ArenaPlace

    /// Room for the exemplars of `slots` buckets; many of them share slots.
    init(cell: Int, slots: Int, at place: ArenaPlace) {
        self.place = place
        self.cell = cell
        self.slots = min(slots, Self.mostSlots)
    }

    /// Considers an observation of a bucket, which had seen `before` of them.
    @inline(__always)
    func offer(_ value: Double, bucket: Int, before: UInt64, row: Row, _ series: SeriesTable) {
        let address = UInt32(truncatingIfNeeded: row.cell(cell).acquire())
        if address == 0 {
            guard before < 16 || before & 63 == 0 else { return }
        } else {
            let slot = bucket & (Self.mostSlots - 1)
            let due = Block(address: address, at: place).cell(slot &* Part.count &+ Part.due)
            // A thread whose stripe counts less looks now and then too.
            guard before >= due.bits || before & 0xFFF == 0 else { return }
        }
        look(value, bucket & (Self.mostSlots - 1), before, row, series)
    }

    @inline(never)
    private func look(
        _ value: Double, _ slot: Int, _ before: UInt64, _ row: Row, _ series: SeriesTable
    ) {
        let arena = series.table.arena
        let address = UInt32(truncatingIfNeeded: row.cell(cell).acquire())
        let now = series.clock.milliseconds
        if address != 0 {
            let block = Block(address: address, in: arena)
            Self.plan(block, slot * Part.count, before: before, now: now)
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

    /// Says when the next look is due, at the pace at which the bucket was filled since the last one.
    private static func plan(_ block: Block, _ slot: Int, before: UInt64, now: UInt64) {
        let seen = block.cell(slot + Part.seenCount).bits
        let seenAt = block.cell(slot + Part.seenAt).bits
        let elapsed = now > seenAt ? now - seenAt : 1
        let filled = before > seen ? before - seen : 0
        let pause = min(filled.multipliedReportingOverflow(by: pace).partialValue / elapsed, longestPause)
        block.cell(slot + Part.due).bits = before + max(pause, 1)
        block.cell(slot + Part.seenCount).bits = before
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
        return sequence.replace(before, by: before) ? exemplar : nil
    }
}
