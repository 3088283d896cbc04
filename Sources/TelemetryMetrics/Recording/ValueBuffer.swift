/// A few numbers; for one thread at a time.
@frozen
public struct ValueBuffer {
    /// The most that there is room for.
    @inlinable public static var capacity: Int { 16 }

    @usableFromInline var numbers = InlineArray<16, Double>(repeating: 0)
    /// How many there are.
    @usableFromInline var count = 0

    /// An empty buffer.
    @inlinable
    @inline(__always)
    public init() {}

    /// Appends a number, of `capacity` at most.
    @inlinable
    @inline(__always)
    public mutating func append(_ value: Double) {
        numbers[count] = value
        count &+= 1
    }

    /// The number at `index`, which is below `capacity`.
    @inlinable
    @inline(__always)
    public subscript(index: Int) -> Double {
        get { numbers[index] }
        set { numbers[index] = newValue }
    }
}
