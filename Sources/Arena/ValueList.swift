/// Values that never change, read in place, without counting references as an array would.
@safe
public struct ValueList<Element: BitwiseCopyable & Sendable>: ~Copyable, @unchecked Sendable {
    // Unchecked because of the pointer: what it leads to is written once, before the list exists, and freed with it.
    @usableFromInline let base: UnsafeMutablePointer<Element>
    /// How many there are.
    public let count: Int

    /// Copies `elements`.
    package init(_ elements: [Element]) {
        count = elements.count
        unsafe base = .allocate(capacity: max(count, 1))
        for (index, element) in elements.enumerated() { unsafe (base + index).initialize(to: element) }
    }

    deinit { unsafe base.deallocate() }

    /// The element at `index`, which is below `count`; parts of it can be read without copying the rest.
    @inlinable
    public subscript(index: Int) -> Element {
        unsafeAddress {
            assert(index >= 0 && index < count)
            return unsafe UnsafePointer(base) + index
        }
    }
}
