/// A few numbers on the stack; for one thread at a time.
@safe
@frozen
public struct ValueBuffer: ~Copyable {
    @usableFromInline let base: UnsafeMutablePointer<Double>
    @usableFromInline let capacity: Int
    /// How many there are.
    @usableFromInline var count = 0

    @inlinable
    init(base: UnsafeMutablePointer<Double>, capacity: Int) {
        unsafe self.base = unsafe base
        self.capacity = capacity
    }

    /// Appends a number; the room was asked for with `with`.
    @inlinable
    @inline(__always)
    public mutating func append(_ value: Double) {
        precondition(count < capacity)
        unsafe (base + count).initialize(to: value)
        count &+= 1
    }

    /// The number at `index`.
    @inlinable
    public subscript(index: Int) -> Double {
        precondition(index < count)
        return unsafe base[index]
    }

    /// Calls `body` with an empty buffer that has room for `capacity` numbers.
    @inlinable
    @inline(__always)
    public static func with<Result>(capacity: Int, _ body: (inout ValueBuffer) -> Result) -> Result {
        unsafe withUnsafeTemporaryAllocation(of: Double.self, capacity: max(capacity, 1)) { memory in
            guard let base = memory.baseAddress else { preconditionFailure("memory of no capacity") }
            var buffer = unsafe ValueBuffer(base: base, capacity: capacity)
            return body(&buffer)
        }
    }
}
