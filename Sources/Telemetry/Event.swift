public import Synchronization

/// An event that components emit and handlers attach to, with a payload of one type.
///
/// Declare it once, as a static constant, beside its payload:
///
/// ```swift
/// static let completed = Event<Completed>("checkout.order.completed")
/// ```
///
/// Two events with the same name and payload type are the same event. A malformed name makes an *inert* event: it never calls anybody,
/// and attaching to it throws. `HandlerRegistry.declarationErrors` lists it, and names that were declared with two payload types, with the
/// places of both: each of these works, but handlers of one see nothing of the other.
///
/// Thread-safe. Emitting takes no lock and allocates nothing, whatever is attached or detached meanwhile.
@frozen
public struct Event<Payload>: Sendable {
    @usableFromInline let slot: SlotReference

    /// Declares the event called `name`: segments joined by dots, such as `http.request`.
    public init(_ name: String, file: StaticString = #fileID, line: UInt = #line) {
        self.init(name, at: SourcePlace(file: file.description, line: line))
    }

    init(_ name: String, at place: SourcePlace) {
        slot = HandlerRegistry.shared.slot(named: name, carrying: Payload.self, at: place)
    }

    /// Whether any handler is attached at this moment.
    @inlinable
    public var isObserved: Bool {
        unsafe slot.pointer.pointee.handlers.load(ordering: .relaxed) != nil
    }

    /// Calls every attached handler with `payload`, in this thread, before it returns.
    ///
    /// `payload` is not evaluated while nobody is attached. What a handler throws stays with its policy.
    @inlinable
    @inline(__always)
    public func emit(_ payload: @autoclosure () -> Payload) {
        guard unsafe slot.pointer.pointee.handlers.load(ordering: .relaxed) != nil else { return }
        dispatch(payload())
    }

    /// `emit` for a payload that exists already, or that has to be awaited: it is evaluated even while nobody is attached.
    @inlinable
    public func emit(eagerly payload: Payload) {
        guard isObserved else { return }
        dispatch(payload)
    }

    @inlinable
    func dispatch(_ payload: Payload) {
        let readers = unsafe slot.pointer.pointee.readers
        let ticket = unsafe readers.pointee.enter()
        if let list = unsafe slot.pointer.pointee.handlers.load(ordering: .sequentiallyConsistent) {
            unsafe HandlerList(list).call(payload)
        }
        unsafe readers.pointee.leave(ticket)
    }
}

extension Event {
    init(slot: SlotReference) {
        self.slot = slot
    }

    /// The name, or nil where the event is inert.
    public var name: EventName? {
        HandlerRegistry.shared.name(of: slot)
    }
}
