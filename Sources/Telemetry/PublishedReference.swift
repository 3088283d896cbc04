import Synchronization

/// An object that is replaced while others use it, without a lock and without counting references.
///
/// Thread-safe. Whoever uses it does so inside `ReclamationDomain.shared`, as the handler of an event is.
@safe
package final class PublishedReference<Object: AnyObject & Sendable>: Sendable {
    // Atomic itself; what it leads to is kept until no reader that began before its replacement is left.
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
        // Sequentially consistent, as the domain wants it.
        guard let object = unsafe place.load(ordering: .sequentiallyConsistent) else { return }
        unsafe Unmanaged<Object>.fromOpaque(object)._withUnsafeGuaranteedRef { body($0) }
    }

    /// The object, counted as any reference; for callers that are in no hurry, anywhere.
    package var current: Object? {
        ReclamationDomain.shared.read {
            unsafe place.load(ordering: .sequentiallyConsistent).map {
                unsafe Unmanaged<Object>.fromOpaque($0).takeUnretainedValue()
            }
        }
    }

    /// Leads to `object` from now on; what it led to is let go when nobody uses it any more.
    package func replace(with object: Object?) {
        // Out of sight of new readers; released once, by whoever the domain lets run this.
        nonisolated(unsafe) let old = unsafe place.exchange(
            Self.keep(object), ordering: .sequentiallyConsistent)
        if unsafe old != nil {
            ReclamationDomain.shared.retire { if let old = unsafe old { unsafe Self.release(old) } }
        }
    }
}
