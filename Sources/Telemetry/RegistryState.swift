/// What the registry holds under its lock: all declared events, and the handlers of each.
@safe
struct RegistryState: Sendable {
    /// A list that was replaced and waits to be freed, once.
    @safe
    struct ReplacedList: Sendable {
        // Only `free` uses it, once, when no reader is left.
        fileprivate nonisolated(unsafe) let base: UnsafeRawPointer
        func free() { unsafe HandlerList.free(base) }
    }

    private struct Entry {
        let name: EventName
        let payload: Any.Type
        let place: SourcePlace
        var handlers: [AnyHandler] = []
    }

    private(set) var declarationErrors: [TelemetryError] = []
    private var entries: [SlotReference: Entry] = [:]
    /// The events of each name: one, unless it was declared with several payload types.
    private var slots: [EventName: [SlotReference]] = [:]
    private var inert: [SlotReference: TelemetryError] = [:]
    private var slotsOfHandler: [String: [SlotReference]] = [:]
    private var replaced: [ReplacedList] = []
    // Immutable, and what it points to is atomic and never freed.
    private nonisolated(unsafe) let readers: UnsafePointer<ReaderSlots>

    init(readers: UnsafePointer<ReaderSlots>) {
        unsafe self.readers = unsafe readers
    }

    /// The name of an event that is not inert.
    func name(of slot: SlotReference) -> EventName? { entries[slot]?.name }

    /// The slot of the event, or an inert one, which is remembered with its error.
    ///
    /// A second payload type for a name is an error too, but who declared it first is an accident: each gets a slot that works.
    mutating func slot(
        named text: String, carrying type: Any.Type, at place: SourcePlace
    ) -> SlotReference {
        do throws(TelemetryError) {
            let name = try EventName(text)
            let known = slots[name, default: []]
            if let slot = known.first(where: { entries[$0]?.payload == type }) { return slot }
            let slot = unsafe SlotReference(readers: readers)
            let entry = Entry(name: name, payload: type, place: place)
            if let first = known.first.flatMap({ entries[$0] }) {
                declarationErrors.append(Self.mismatch(first, entry))
            }
            entries[slot] = entry
            slots[name] = known + [slot]
            return slot
        } catch {
            let slot = unsafe SlotReference(readers: readers)
            inert[slot] = error
            declarationErrors.append(error)
            return slot
        }
    }

    private static func mismatch(_ first: Entry, _ second: Entry) -> TelemetryError {
        .payloadMismatch(
            event: first.name.text, declared: "\(first.payload)", declaredAt: first.place,
            requested: "\(second.payload)", requestedAt: second.place)
    }

    /// What is wrong with the declarations of that name, if there are two that differ.
    func mismatch(of name: EventName) -> TelemetryError? {
        let known = slots[name, default: []].compactMap { entries[$0] }
        return known.count > 1 ? Self.mismatch(known[0], known[1]) : nil
    }

    mutating func attach<Payload>(
        id: String, to events: [Event<Payload>], making handler: (EventName) -> Handler<Payload>
    ) throws(TelemetryError) {
        guard slotsOfHandler[id] == nil else { throw .handlerExists(id) }
        var attached: [SlotReference] = []
        for event in events {
            if let error = inert[event.slot] { throw error }
            guard entries[event.slot] != nil, !attached.contains(event.slot) else {
                throw .noDistinctEvents(handler: id)
            }
            attached.append(event.slot)
        }
        guard !attached.isEmpty else { throw .noDistinctEvents(handler: id) }
        slotsOfHandler[id] = attached
        for slot in attached {
            guard let name = name(of: slot) else { continue }
            entries[slot]?.handlers.append(handler(name))
            publish(slot)
        }
    }

    mutating func detach(id: String) -> Bool {
        guard let attached = slotsOfHandler.removeValue(forKey: id) else { return false }
        for slot in attached {
            entries[slot]?.handlers.removeAll { $0.id == id }
            publish(slot)
        }
        return true
    }

    /// As `detach(id:)`, unless `handler` is detached already: its id may be another handler's by now.
    mutating func detach(_ handler: AnyHandler) -> Bool {
        let attached = slots[handler.event, default: []].flatMap { entries[$0]?.handlers ?? [] }
        return attached.contains { $0 === handler } && detach(id: handler.id)
    }

    /// The handlers that have owners, of one id or all of them.
    func owned(_ id: String?) -> [AnyHandler] {
        let slots = id.map { slotsOfHandler[$0] ?? [] } ?? Array(entries.keys)
        return slots.flatMap { entries[$0]?.handlers ?? [] }.filter {
            $0.isOrphan != nil && (id == nil || $0.id == id)
        }
    }

    func list(prefix: String) -> [HandlerDescription] {
        entries.values
            .flatMap(\.handlers)
            .filter { $0.event.hasPrefix(prefix) }
            .map(HandlerDescription.init)
            .sorted { ($0.event.text, $0.id) < ($1.event.text, $1.id) }
    }

    func events(prefix: String) -> [EventDescription] {
        entries.values
            .filter { $0.name.hasPrefix(prefix) }
            .map { entry in
                EventDescription(
                    name: entry.name, payload: String(reflecting: entry.payload),
                    handlerCount: entry.handlers.count)
            }
            .sorted { ($0.name.text, $0.payload) < ($1.name.text, $1.payload) }
    }

    /// The event of that name if it carries `Payload`; declares nothing.
    func event<Payload>(named name: EventName, carrying: Payload.Type) -> Event<Payload>? {
        slots[name, default: []].first { entries[$0]?.payload == Payload.self }.map { Event(slot: $0) }
    }

    mutating func takeReplacedLists() -> [ReplacedList] {
        defer { replaced = [] }
        return replaced
    }

    private mutating func publish(_ slot: SlotReference) {
        guard let entry = entries[slot] else { return }
        let list = unsafe HandlerList.make(of: entry.handlers)
        if let old = unsafe slot.publish(list) {
            unsafe replaced.append(ReplacedList(base: old))
        }
    }
}
