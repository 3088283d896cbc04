import Arena
import Telemetry

/// An observation of a distribution with the trace that it was made in.
package struct Exemplar: Sendable, Equatable {
    /// What was observed.
    package let value: Double
    /// When, since the Unix epoch; in a slot as a `CoarseClock.moment`.
    package let milliseconds: UInt64
    /// The trace: its upper and lower half, and the span.
    package let traceHigh, traceLow, spanID: UInt64

    /// The same exemplar of a slot with the time that the wall clock showed.
    func dated(by clock: CoarseClock) -> Exemplar {
        Exemplar(
            value: value, milliseconds: clock.wallMilliseconds(of: milliseconds), traceHigh: traceHigh,
            traceLow: traceLow, spanID: spanID)
    }
}

/// The exemplars of one series: one slot per bucket, or per power of two of a native histogram.
///
/// A slot takes a new exemplar every ten seconds at most. `TraceSampling` chooses the observations whose trace is asked for.
/// The first observation with a sampled trace makes the slots. Until then all buckets share one `TraceSampling`; in addition
/// each bucket samples at least one in 64 of its first 4096 observations.
struct Exemplars: Sendable, BitwiseCopyable {
    /// Of a native histogram: one per power of two, in turn.
    static let nativeSlots = 8
    private static let mostSlots = 64
    /// A bucket with no more of them does not wait for its turn among busy ones.
    private static let fewObservations: UInt64 = 4096

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
        shift = Self.shift(slots)
        self.slots = (slots - 1) >> shift + 1
    }

    private static func shift(_ slots: Int) -> Int {
        var shift = 0
        while (slots - 1) >> shift >= mostSlots { shift += 1 }
        return shift
    }

    /// Considers an observation of a bucket, which had seen `before` of them.
    @inline(__always)
    func offer(_ value: Double, bucket: Int, before: UInt64, row: Row, _ series: SeriesTable) {
        if isDue(bucket: bucket, before: before, row: row) { look(value, bucket: bucket, row: row, series) }
    }

    /// Whether a trace is to be looked for.
    @inline(__always)
    func isDue(bucket: Int, before: UInt64, row: Row) -> Bool {
        let shared = TraceSampling(row.cell(cell))
        guard shared.address != 0 else {
            return before & shared.mask == 0 || before < Self.fewObservations && before & 63 == 0
        }
        return before & slot(bucket, shared.address).sampling.mask == 0
    }

    @inline(__always)
    private func slot(_ bucket: Int, _ address: UInt32) -> ExemplarSlot {
        ExemplarSlot(bucket &>> shift, of: Block(address: address, at: place))
    }

    /// Looks for a trace, and keeps it with `value` where that is due.
    @inline(never)
    func look(_ value: Double, bucket: Int, row: Row, _ series: SeriesTable) {
        let shared = TraceSampling(row.cell(cell))
        let now = series.clock.moment
        if shared.address == 0 {
            shared.countLook(at: now)
        } else {
            let slot = slot(bucket, shared.address)
            slot.sampling.countLook(at: now)
            guard slot.isDue(at: now) else { return }
        }
        guard let context = TraceContext.current, context.isSampled,
            let address = slotsAddress(row, series)
        else { return }
        slot(bucket, address).write(
            Exemplar(
                value: value, milliseconds: now, traceHigh: context.traceID.high,
                traceLow: context.traceID.low, spanID: context.spanID))
    }

    /// Where the slots are, which are made where there are none yet; nil where there is no memory to spare.
    private func slotsAddress(_ row: Row, _ series: SeriesTable) -> UInt32? {
        let shared = TraceSampling(row.cell(cell))
        if shared.address != 0 { return shared.address }
        guard series.budget.hasMemory else { return nil }
        let arena = series.table.arena
        let size = slots * ExemplarSlot.cellCount * 8
        guard let made = try? Block.make(byteCount: size, in: arena) else { return nil }
        if !shared.lead(to: made) { Block.release(made, to: arena) }
        return TraceSampling(row.cell(cell)).address
    }

    /// All exemplars of a series; one that is being written right now is left out.
    func read(_ row: Row) -> [Exemplar] { allSlots(row).compactMap { $0.read() } }

    /// How many slots the series of a histogram have.
    static func slotCount(of definition: MetricDefinition) -> Int {
        let buckets = definition.isNative ? nativeSlots : definition.buckets.boundaries.count + 1
        return (buckets - 1) >> shift(buckets) + 1
    }

    /// Puts exemplars back into their slots.
    func restore(_ exemplars: [Exemplar?], _ row: Row, _ series: SeriesTable) {
        guard exemplars.contains(where: { $0 != nil }), let address = slotsAddress(row, series) else {
            return
        }
        for (number, exemplar) in exemplars.enumerated() {
            guard number < slots, let exemplar else { continue }
            ExemplarSlot(number, of: Block(address: address, at: place)).write(exemplar)
        }
    }

    /// Forgets all exemplars of a series.
    func clear(_ row: Row) {
        for slot in allSlots(row) { slot.clear() }
    }

    private func allSlots(_ row: Row) -> [ExemplarSlot] {
        let address = TraceSampling(row.cell(cell)).address
        guard address != 0 else { return [] }
        return (0..<slots).map { ExemplarSlot($0, of: Block(address: address, at: place)) }
    }
}
