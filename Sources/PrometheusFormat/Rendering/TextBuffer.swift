/// Bytes that a page of text is put together in.
///
/// Appending copies; the buffer doubles when it is full. It is for one thread at a time.
@safe
package struct TextBuffer: ~Copyable, @unchecked Sendable {
    // Unchecked because of the pointer, which has this one owner.
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Bytes appended so far.
    package private(set) var count = 0

    /// An empty buffer with room for `capacity` bytes.
    package init(capacity: Int = 16384) {
        self.capacity = max(capacity, 64)
        unsafe base = .allocate(capacity: self.capacity)
    }

    deinit { unsafe base.deallocate() }

    /// Appends bytes as they are.
    package mutating func append(_ bytes: borrowing RawSpan) {
        unsafe bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            reserve(source.count)
            unsafe UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: source.count)
            count += source.count
        }
    }

    /// Appends bytes as they are.
    package mutating func append(_ bytes: [UInt8]) {
        unsafe append(bytes.span.bytes)
    }

    /// Appends the UTF-8 of `text`.
    package mutating func append(_ text: StaticString) {
        guard text.hasPointerRepresentation else { return append(Array(text.description.utf8)) }
        let bytes = unsafe UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        unsafe append(bytes.span.bytes)
    }

    /// Appends one byte.
    package mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe base[count] = byte
        count += 1
    }

    /// Appends decimal digits.
    package mutating func append(_ integer: UInt64) {
        reserve(20)
        var digits = 1
        var bound: UInt64 = 10
        while digits < 20, integer >= bound {
            digits += 1
            bound = digits < 20 ? bound &* 10 : .max
        }
        var rest = integer
        var position = count + digits
        repeat {
            position -= 1
            unsafe base[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while position > count
        count += digits
    }

    /// Appends the shortest text that reads back as `value`; whole numbers without a fraction.
    package mutating func append(_ value: Double) {
        if value.magnitude < 0x1p53, let whole = Int64(exactly: value), value != 0 || value.sign == .plus {
            if whole < 0 { append(UInt8(ascii: "-")) }
            return append(whole.magnitude)
        }
        if value.isNaN { return append("NaN") }
        if value.isInfinite { return append(value < 0 ? "-Inf" : "+Inf") }
        append(Array(value.description.utf8))
    }

    /// Gives `body` the bytes so far.
    package borrowing func withBytes<Result, Failure: Error>(
        _ body: (borrowing RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(UnsafeRawBufferPointer(start: base, count: count).bytes)
    }

    /// The bytes so far, copied.
    package borrowing func bytes() -> [UInt8] {
        unsafe Array(UnsafeBufferPointer(start: base, count: count))
    }

    /// Appends the bytes so far to `bytes`.
    package borrowing func append(to bytes: inout [UInt8]) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: base, count: count))
    }

    /// Forgets the bytes and keeps the room.
    package mutating func removeAll() { count = 0 }

    private mutating func reserve(_ extra: Int) {
        guard count + extra > capacity else { return }
        let larger = max(capacity * 2, count + extra)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        unsafe moved.moveInitialize(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = unsafe moved
        capacity = larger
    }
}
