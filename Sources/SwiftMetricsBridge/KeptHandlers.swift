import Arena
import Telemetry
import TelemetryMetrics

/// The handlers of one label that were made by the threads of a stripe, to be given out again when nobody has them.
///
/// Not thread-safe; its owner locks. Only who holds that lock makes a handler that nobody has somebody's again, so one
/// that is referenced from here alone stays so.
struct KeptHandlers<Handler: BridgedHandler> {
    let metric: BridgedMetric
    /// The newest first.
    private var orders: [DimensionOrder] = []
    private var slots = [Slot](repeating: Slot(), count: 16)
    /// How many slots have one.
    private var kept = 0
    /// The slots of dimensions that came before, each over its generation.
    private let notes = StringPairNotes()
    /// The same, to use it without counting references.
    private let notesInUse: UncountedReference<StringPairNotes>

    private struct Slot {
        private(set) var hash: UInt64 = 0
        // Not private, to be looked at in place.
        var handler: Handler?
        /// Tells whether the handler is still the one that was there.
        private(set) var generation: UInt32 = 0

        mutating func set(_ handler: Handler?, hash: UInt64) {
            self.handler = handler
            self.hash = hash
            generation &+= 1
        }
    }

    /// What was found for some dimensions.
    enum Finding {
        case handler(Handler)
        /// How the dimensions are written; the handler must be made.
        case order(DimensionOrder, BridgedMetric)
    }

    private static var mostOrders: Int { 8 }
    /// A handler is in one of so many slots from that of its hash on.
    private static var reach: Int { 8 }
    private static var mostSlots: Int { 16_384 }

    init(of metric: BridgedMetric) {
        self.metric = metric
        notesInUse = UncountedReference(notes)
    }

    /// A handler of the dimensions' series that nobody has.
    mutating func find(_ dimensions: [(String, String)]) -> Finding {
        if let handler = noted(dimensions) { return .handler(handler) }
        let order = place(ofOrder: dimensions)
        let found = LabelWriter.withText({ orders[order].write(dimensions, to: &$0) }) { text in
            idle(text, hash: metric.table.hash(of: text))
        }
        guard let found else { return .order(orders[order], metric) }
        notes.set(UInt64(slots[found].generation) << 32 | UInt64(found), for: dimensions)
        return slots[found].handler.map { .handler($0) } ?? .order(orders[order], metric)
    }

    /// The handler that these dimensions got before, where their strings are the same ones.
    private mutating func noted(_ dimensions: [(String, String)]) -> Handler? {
        var note: UInt64?
        notesInUse.use { note = $0.note(for: dimensions) }
        guard let note else { return nil }
        let place = Int(truncatingIfNeeded: note & 0xFFFF_FFFF)
        guard slots[place].generation == note >> 32, isKnownUniquelyReferenced(&slots[place].handler) else {
            return nil
        }
        return slots[place].handler
    }

    private mutating func place(ofOrder dimensions: [(String, String)]) -> Int {
        for place in orders.indices where orders[place].fits(dimensions) { return place }
        if orders.count == Self.mostOrders { orders.removeLast() }
        orders.insert(DimensionOrder(of: dimensions, rules: metric.rules), at: 0)
        return 0
    }

    /// The slot of a handler that nobody has.
    private mutating func idle(_ text: borrowing RawSpan, hash: UInt64) -> Int? {
        for step in 0..<Self.reach {
            let place = slot(hash, step)
            guard slots[place].hash == hash, isKnownUniquelyReferenced(&slots[place].handler),
                let handler = slots[place].handler
            else { continue }
            // It can't have ended: whoever ends it has it, and takes it out of here before letting it go.
            if handler.use({ $0.key.isOf(text, hash: hash) }) { return place }
        }
        return nil
    }

    private func slot(_ hash: UInt64, _ step: Int) -> Int {
        Int(truncatingIfNeeded: hash &+ UInt64(truncatingIfNeeded: step)) & (slots.count &- 1)
    }

    /// Keeps a handler that was made, and returns those that had to go for it, to be let go outside the lock.
    mutating func keep(_ handler: Handler) -> [Handler] {
        let old = kept * 4 >= slots.count && slots.count < Self.mostSlots ? grow() : []
        return old + put(handler, hash: handler.use { $0.key.hash })
    }

    /// In the slot of the same series, else in one that is free, else in that of another one.
    private mutating func put(_ handler: Handler, hash: UInt64) -> [Handler] {
        let within = (0..<Self.reach).map { slot(hash, $0) }
        let place =
            within.first { slots[$0].hash == hash && slots[$0].handler != nil }
            ?? within.first { slots[$0].handler == nil } ?? within[0]
        let old = slots[place].handler
        if old == nil { kept += 1 }
        slots[place].set(handler, hash: hash)
        return old.map { [$0] } ?? []
    }

    private mutating func grow() -> [Handler] {
        let entries = slots
        slots = [Slot](repeating: Slot(), count: entries.count * 2)
        kept = 0
        notes.clear()
        return entries.flatMap { entry in entry.handler.map { put($0, hash: entry.hash) } ?? [] }
    }

    /// Takes out the handlers of a series that ended or that nobody has.
    mutating func takeUnused(_ key: SeriesKey) -> [Handler] {
        var unused: [Handler] = []
        for step in 0..<Self.reach {
            let place = slot(key.hash, step)
            guard slots[place].hash == key.hash, let handler = slots[place].handler else { continue }
            let isLive = handler.use { $0.isLive }
            _ = consume handler
            guard !isLive || isKnownUniquelyReferenced(&slots[place].handler) else { continue }
            if let handler = slots[place].handler { unused.append(handler) }
            slots[place].set(nil, hash: 0)
            kept -= 1
        }
        return unused
    }
}
