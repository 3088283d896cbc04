import Synchronization

/// An object that is replaced while other threads use it, without a lock and without counting references: RCU.
///
/// Thread-safe. It is used inside `ReclamationDomain.shared`, as handlers of events run.
@safe
package final class PublishedReference<Object: AnyObject & Sendable>: Sendable {
    // Atomic itself; what it leads to is retired when it is replaced.
    private nonisolated(unsafe) let place: Atomic<UnsafeRawPointer?>

    /// Leads to `object`.
    package init(_ object: Object? = nil) { unsafe place = Atomic(Self.keep(object)) }

    deinit {
        if let object = unsafe place.load(ordering: .acquiring) { unsafe Self.release(object) }
    }

    private static func keep(_ object: Object?) -> UnsafeRawPointer? {
        unsafe object.map { unsafe UnsafeRawPointer(Unmanaged.passRetained($0).toOpaque()) }
    }

    private static func release(_ object: UnsafeRawPointer) {
        unsafe Unmanaged<Object>.fromOpaque(object).release()
    }

    /// Whether it leads to nothing.
    package var isEmpty: Bool { unsafe place.load(ordering: .relaxed) == nil }

    /// Calls `body` with the object, if there is one; inside `ReclamationDomain.shared`.
    package func use(_ body: (Object) -> Void) {
        // Sequentially consistent, as the reclamation domain requires.
        guard let object = unsafe place.load(ordering: .sequentiallyConsistent) else { return }
        unsafe Unmanaged<Object>.fromOpaque(object)._withUnsafeGuaranteedRef { body($0) }
    }

    /// The object as a counted reference; for the slow path, inside or outside the domain.
    package var current: Object? {
        ReclamationDomain.shared.read {
            unsafe place.load(ordering: .sequentiallyConsistent).map {
                unsafe Unmanaged<Object>.fromOpaque($0).takeUnretainedValue()
            }
        }
    }

    /// Leads to `object` from now on; the old object is released after a grace period.
    package func replace(with object: Object?) {
        // Unpublished; the domain runs this once, in one thread.
        nonisolated(unsafe) let old = unsafe place.exchange(
            Self.keep(object), ordering: .sequentiallyConsistent)
        if unsafe old != nil {
            ReclamationDomain.shared.retire { if let old = unsafe old { unsafe Self.release(old) } }
        }
    }
}
