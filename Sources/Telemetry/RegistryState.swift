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
        let slot: SlotReference
        let payload: Any.Type
        var handlers: [AnyHandler] = []
    }

    private(set) var declarationErrors: [TelemetryError] = []
    /// The names of the slots that are not inert.
    private(set) var names: [SlotReference: EventName] = [:]
    private var inert: [SlotReference: TelemetryError] = [:]
    private var entries: [EventName: Entry] = [:]
    private var eventsOfHandler: [String: [EventName]] = [:]
    private var replaced: [ReplacedList] = []
    // Immutable, and what it points to is atomic and never freed.
    private nonisolated(unsafe) let readers: UnsafePointer<ReaderSlots>

    init(readers: UnsafePointer<ReaderSlots>) {
        unsafe self.readers = unsafe readers
    }

    /// The slot of the event, or an inert one, which is remembered with its error.
    mutating func slot(named text: String, carrying type: Any.Type) -> SlotReference {
        do throws(TelemetryError) {
            let name = try EventName(text)
            if let entry = entries[name] {
                guard entry.payload == type else {
                    throw .payloadMismatch(
                        event: text, declared: "\(entry.payload)", requested: "\(type)")
                }
                return entry.slot
            }
            let slot = unsafe SlotReference(readers: readers)
            names[slot] = name
            entries[name] = Entry(slot: slot, payload: type)
            return slot
        } catch {
            let slot = unsafe SlotReference(readers: readers)
            inert[slot] = error
            declarationErrors.append(error)
            return slot
        }
    }

    mutating func attach<Payload>(
        id: String, to events: [Event<Payload>], making handler: (EventName) -> Handler<Payload>
    ) throws(TelemetryError) {
        guard eventsOfHandler[id] == nil else { throw .handlerExists(id) }
        var attached: [EventName] = []
        for event in events {
            if let error = inert[event.slot] { throw error }
            guard let name = names[event.slot], !attached.contains(name) else {
                throw .noDistinctEvents(handler: id)
            }
            attached.append(name)
        }
        guard !attached.isEmpty else { throw .noDistinctEvents(handler: id) }
        eventsOfHandler[id] = attached
        for name in attached {
            entries[name]?.handlers.append(handler(name))
            publish(name)
        }
    }

    mutating func detach(id: String) -> Bool {
        guard let attached = eventsOfHandler.removeValue(forKey: id) else { return false }
        for name in attached {
            entries[name]?.handlers.removeAll { $0.id == id }
            publish(name)
        }
        return true
    }

    /// As `detach(id:)`, unless `handler` is detached already: its id may be another handler's by now.
    mutating func detach(_ handler: AnyHandler) -> Bool {
        let attached = entries[handler.event]?.handlers ?? []
        return attached.contains { $0 === handler } && detach(id: handler.id)
    }

    /// The handlers that have owners, of one id or all of them.
    func owned(_ id: String?) -> [AnyHandler] {
        let names = id.map { eventsOfHandler[$0] ?? [] } ?? Array(entries.keys)
        return names.flatMap { entries[$0]?.handlers ?? [] }.filter {
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
        entries
            .filter { $0.key.hasPrefix(prefix) }
            .map { name, entry in
                EventDescription(
                    name: name, payload: String(reflecting: entry.payload), handlerCount: entry.handlers.count
                )
            }
            .sorted { $0.name.text < $1.name.text }
    }

    /// The event of that name if it carries `Payload`; declares nothing.
    func event<Payload>(named name: EventName, carrying: Payload.Type) -> Event<Payload>? {
        guard let entry = entries[name], entry.payload == Payload.self else { return nil }
        return Event(slot: entry.slot)
    }

    mutating func takeReplacedLists() -> [ReplacedList] {
        defer { replaced = [] }
        return replaced
    }

    private mutating func publish(_ name: EventName) {
        guard let entry = entries[name] else { return }
        let list = unsafe HandlerList.make(of: entry.handlers)
        if let old = unsafe entry.slot.publish(list) {
            unsafe replaced.append(ReplacedList(base: old))
        }
    }
}
