public import Synchronization

/// The fixed place of one event: what `Event` points to, never freed.
@safe
@usableFromInline
struct EventSlot: ~Copyable {
    /// The published `HandlerList`, nil while nobody is attached; written under the registry's lock only.
    @usableFromInline
    let handlers: Atomic<UnsafeRawPointer?>

    /// Where emitters enter and leave; kept here, since a global would cost an initialisation check per emit.
    @usableFromInline
    let readers: UnsafePointer<ReaderSlots>

    init(readers: UnsafePointer<ReaderSlots>) {
        unsafe handlers = Atomic(nil)
        unsafe self.readers = unsafe readers
    }
}

/// Which slot.
@safe
@frozen
@usableFromInline
struct SlotReference: Hashable, @unchecked Sendable {
    // Unchecked because of the pointer: a slot is never freed, and all of it is atomic or immutable.
    @usableFromInline let pointer: UnsafePointer<EventSlot>

    /// A new slot that nobody is attached to.
    init(readers: UnsafePointer<ReaderSlots>) {
        let place = UnsafeMutablePointer<EventSlot>.allocate(capacity: 1)
        unsafe place.initialize(to: EventSlot(readers: readers))
        unsafe pointer = UnsafePointer(place)
    }

    @usableFromInline
    static func == (left: SlotReference, right: SlotReference) -> Bool {
        unsafe left.pointer == right.pointer
    }

    @usableFromInline
    func hash(into hasher: inout Hasher) {
        unsafe hasher.combine(pointer)
    }

    /// Puts `list` in place and returns what was there.
    func publish(_ list: UnsafeRawPointer?) -> UnsafeRawPointer? {
        // Sequentially consistent, so that it precedes the writer's load of the reader counters.
        unsafe pointer.pointee.handlers.exchange(list, ordering: .sequentiallyConsistent)
    }
}

/// An immutable list of handlers in raw memory: a count, then that many unmanaged references.
///
/// A caller has entered `ReaderSlots` before. The list owns its references, so a call needs no retain.
@unsafe
@usableFromInline
struct HandlerList {
    @usableFromInline
    let base: UnsafeRawPointer

    @inlinable
    init(_ base: UnsafeRawPointer) {
        unsafe self.base = unsafe base
    }

    /// Makes a list that owns `handlers`, or nil for none.
    static func make(of handlers: [AnyHandler]) -> UnsafeRawPointer? {
        guard !handlers.isEmpty else { return nil }
        let stride = MemoryLayout<UInt>.stride
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: stride * (handlers.count + 1), alignment: stride)
        unsafe memory.storeBytes(of: UInt(handlers.count), as: UInt.self)
        for (index, handler) in handlers.enumerated() {
            unsafe memory.storeBytes(
                of: Unmanaged.passRetained(handler), toByteOffset: stride * (index + 1),
                as: Unmanaged<AnyHandler>.self)
        }
        return UnsafeRawPointer(memory)
    }

    /// Gives back the references and the memory; nobody may be reading any more.
    static func free(_ base: UnsafeRawPointer) {
        let list = unsafe HandlerList(base)
        for index in unsafe 0..<list.count {
            unsafe list.handler(at: index).release()
        }
        unsafe base.deallocate()
    }

    @inlinable
    var count: Int {
        Int(unsafe base.load(as: UInt.self))
    }

    @inlinable
    func handler(at index: Int) -> Unmanaged<AnyHandler> {
        let offset = MemoryLayout<UInt>.stride * (index + 1)
        return unsafe base.load(fromByteOffset: offset, as: Unmanaged<AnyHandler>.self)
    }

    /// Calls each handler in the order of attachment; all of them take `Payload`, as the registry checked.
    @inlinable
    func call<Payload>(_ payload: Payload) {
        for index in 0..<(unsafe count) {
            unsafe handler(at: index)._withUnsafeGuaranteedRef { handler in
                unsafe unsafeDowncast(handler, to: Handler<Payload>.self).call(payload)
            }
        }
    }
}
