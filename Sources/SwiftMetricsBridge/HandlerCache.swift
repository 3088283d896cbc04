import Arena
import Telemetry
import TelemetryMetrics

/// A cache of one label's handlers, for the threads of one shard; a hit is a handler without users.
///
/// Not thread-safe; its owner locks. Only the holder of that lock gives out a handler again. So a handler that is referenced
/// from here alone stays so until the lock is released.
struct HandlerCache<Handler: BridgedHandler> {
    let metric: BridgedMetric
    /// The newest first.
    private var orders: [DimensionOrder] = []
    private var slots = [Slot](repeating: Slot(), count: 16)
    /// How many slots are filled.
    private var count = 0

    private struct Slot {
        var hash: UInt64 = 0
        var handler: Handler?
    }

    enum Lookup {
        case hit(Handler)
        /// How the dimensions are written; the handler must be made.
        case miss(DimensionOrder, BridgedMetric)
    }

    private static var mostOrders: Int { 8 }
    /// How many slots a probe visits, from the slot of the hash on.
    private static var reach: Int { 8 }
    private static var mostSlots: Int { 16_384 }

    init(of metric: BridgedMetric) {
        self.metric = metric
    }

    /// Looks for an idle handler of the dimensions' series.
    mutating func lookup(_ dimensions: [(String, String)]) -> Lookup {
        let order = place(ofOrder: dimensions)
        let found = LabelWriter.withText({ orders[order].write(dimensions, to: &$0) }) { text in
            idle(text, hash: metric.table.hash(of: text))
        }
        return found.map { .hit($0) } ?? .miss(orders[order], metric)
    }

    private mutating func place(ofOrder dimensions: [(String, String)]) -> Int {
        for place in orders.indices where orders[place].fits(dimensions) { return place }
        if orders.count == Self.mostOrders { orders.removeLast() }
        orders.insert(DimensionOrder(of: dimensions, labels: metric.labels), at: 0)
        return 0
    }

    private mutating func idle(_ text: borrowing RawSpan, hash: UInt64) -> Handler? {
        for step in 0..<Self.reach {
            let place = slot(hash, step)
            guard slots[place].hash == hash, isKnownUniquelyReferenced(&slots[place].handler),
                let handler = slots[place].handler
            else { continue }
            // It has not ended: ending a handler takes it out of here before the last reference goes.
            if handler.use({ $0.key.isOf(text, hash: hash) }) { return handler }
        }
        return nil
    }

    private func slot(_ hash: UInt64, _ step: Int) -> Int {
        Int(truncatingIfNeeded: hash &+ UInt64(truncatingIfNeeded: step)) & (slots.count &- 1)
    }

    /// Inserts a new handler, and returns those that it displaced, to be let go outside the lock.
    mutating func insert(_ handler: Handler) -> [Handler] {
        let displaced = count * 4 >= slots.count && slots.count < Self.mostSlots ? grow() : []
        return displaced + put(handler, hash: handler.use { $0.key.hash })
    }

    /// In the slot of the same series, else in one that is free, else in that of another one.
    private mutating func put(_ handler: Handler, hash: UInt64) -> [Handler] {
        let within = (0..<Self.reach).map { slot(hash, $0) }
        let place =
            within.first { slots[$0].hash == hash && slots[$0].handler != nil }
            ?? within.first { slots[$0].handler == nil } ?? within[0]
        let displaced = slots[place].handler
        if displaced == nil { count += 1 }
        slots[place] = Slot(hash: hash, handler: handler)
        return displaced.map { [$0] } ?? []
    }

    private mutating func grow() -> [Handler] {
        let entries = slots
        slots = [Slot](repeating: Slot(), count: entries.count * 2)
        count = 0
        return entries.flatMap { entry in entry.handler.map { put($0, hash: entry.hash) } ?? [] }
    }

    /// Removes and returns the handlers of a series that have ended or are idle.
    mutating func removeUnused(_ key: SeriesKey) -> [Handler] {
        var unused: [Handler] = []
        for step in 0..<Self.reach {
            let place = slot(key.hash, step)
            guard slots[place].hash == key.hash, let handler = slots[place].handler else { continue }
            let isLive = handler.use { $0.isLive }
            _ = consume handler
            guard !isLive || isKnownUniquelyReferenced(&slots[place].handler) else { continue }
            if let handler = slots[place].handler { unused.append(handler) }
            slots[place] = Slot()
            count -= 1
        }
        return unused
    }
}
