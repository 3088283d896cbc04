/// Objects in an order that never changes; going through them counts no references, which all threads would share.
@safe
public struct ObjectList<Object: AnyObject & Sendable>: ~Copyable, @unchecked Sendable {
    // Unchecked because of the pointer: what it leads to is written once, before the list exists, and freed with it.
    @usableFromInline let base: UnsafeMutablePointer<Unmanaged<Object>>
    /// How many there are.
    public let count: Int

    /// Keeps `objects`.
    package init(_ objects: [Object]) {
        count = objects.count
        unsafe base = .allocate(capacity: max(count, 1))
        for (index, object) in objects.enumerated() {
            unsafe (base + index).initialize(to: Unmanaged.passRetained(object))
        }
    }

    deinit {
        for index in 0..<count { unsafe base[index].release() }
        unsafe base.deallocate()
    }

    /// Calls `body` with each, in their order.
    @inlinable
    @inline(__always)
    public func forEach(_ body: (Object) -> Void) {
        for index in 0..<count { unsafe base[index]._withUnsafeGuaranteedRef { body($0) } }
    }
}

/// An object that somebody else keeps; using it counts no references, which all threads would share.
@safe
@frozen
public struct UncountedReference<Object: AnyObject & Sendable>: Sendable {
    // Safe as far as the one who makes it keeps its promise, which only code of this package can give.
    @usableFromInline let reference: Unmanaged<Object>

    /// Whoever has the reference, or a copy of it, keeps `object` too.
    package init(_ object: Object) {
        unsafe reference = Unmanaged.passUnretained(object)
    }

    /// Calls `body` with the object.
    @inlinable
    @inline(__always)
    public func use(_ body: (Object) -> Void) {
        unsafe reference._withUnsafeGuaranteedRef { body($0) }
    }
}
